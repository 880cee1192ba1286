import { failed, type Input, textOf } from '../../domain/access-input.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { invalid } from './refusals.ts';

/** How many entries a page has. */
const USUAL_ITEMS = 100;
const MOST_ITEMS = 1000;

export interface Page {
  readonly limit: number;
  /** The folded name behind which it begins. */
  readonly after: string;
}

/** Rule A-031. A marker is the last name of the page before, sealed from nobody. */
export const pageIn = (input: Input): Page | Refusal => {
  const items = textOf(input, 'MaxItems');
  const limit = items === undefined ? USUAL_ITEMS : Number(items);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ITEMS)
    return invalid(
      `1 validation error detected: ${failed(`'${items}'`, 'maxItems', `Member must have value between 1 and ${MOST_ITEMS}`)}`,
    );
  const marker = textOf(input, 'Marker');
  return { limit, after: marker === undefined ? '' : Buffer.from(marker, 'base64url').toString('utf8') };
};

/** One more than the page holds was read, to know whether there is more. */
export const cut = <T>(
  rows: readonly T[],
  { limit }: Page,
  folded: (row: T) => string,
): { readonly shown: readonly T[]; readonly rest: Readonly<Record<string, unknown>> } => {
  const shown = rows.slice(0, limit);
  const rest =
    rows.length > limit
      ? { IsTruncated: true, Marker: Buffer.from(folded(shown.at(-1)!)).toString('base64url') }
      : { IsTruncated: false };
  return { shown, rest };
};

/** The page of a list that is here whole. */
export const pageOf = <T>(all: readonly T[], page: Page, folded: (row: T) => string) =>
  cut(all.filter((row) => folded(row) > page.after).slice(0, page.limit + 1), page, folded);

/** ISO 8601 without a fraction (rule A-023). */
export const timeOf = (wall: number): string => new Date(wall).toISOString().replace(/\.\d+Z$/, 'Z');
