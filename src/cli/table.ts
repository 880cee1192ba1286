import { printable } from './printable.ts';

/** What a table is printed on. */
export interface Page {
  /** Columns of the terminal; undefined where it is none: nothing is cut then. */
  readonly width: number | undefined;
  readonly colour: boolean;
}

/** Stdout as it is: colour on a terminal only, and not with NO_COLOR. */
export const pageOf = (stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Page => ({
  width: stream.isTTY ? stream.columns || 80 : undefined,
  colour: stream.isTTY === true && !env.NO_COLOR,
});

/** What a column gives up on a narrow page: what is above `least` characters, or (0) its place. */
export interface Yield {
  readonly column: string;
  readonly least: number;
}

/**
 * A header and rows in columns, each as wide as its widest cell. On a page that is too narrow `yields` give way, one after the
 * other, until lines fit; what is cut ends in an ellipsis. No line is wider than the page. Cells may have come from anybody: what a
 * terminal would obey is shown instead.
 */
export const table = (
  header: readonly string[],
  given: readonly (readonly string[])[],
  page: Page,
  yields: readonly Yield[] = [],
): string[] => {
  const rows = given.map((row) => row.map(printable));
  const wide = header.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]!.length)));
  const widths = page.width === undefined ? wide : narrowed(header, wide, page.width, yields);
  const line = (cells: readonly string[]): string => {
    const shown = cells.flatMap((cell, at) =>
      widths[at]! > 0 ? [fitted(cell, widths[at]).padEnd(widths[at]!)] : [],
    );
    return fitted(shown.join(GAP).trimEnd(), page.width);
  };
  return [bold(line(header), page), ...rows.map((row) => coloured(line(row), page))];
};

const GAP = '  ';

const narrowed = (
  header: readonly string[],
  wide: readonly number[],
  room: number,
  yields: readonly Yield[],
): number[] => {
  const widths = [...wide];
  for (const { column, least } of yields) {
    const shown = widths.filter((width) => width > 0);
    const excess = shown.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - room;
    if (excess <= 0) break;
    const at = header.indexOf(column);
    const width = widths[at]!;
    widths[at] = least === 0 ? 0 : Math.min(width, Math.max(least, width - excess));
  }
  return widths;
};

export const fitted = (text: string, width: number | undefined): string =>
  width === undefined || text.length <= width ? text : `${text.slice(0, width - 1)}…`;

const ESCAPE = '\u001b[';
const bold = (text: string, { colour }: Page): string => (colour ? `${ESCAPE}1m${text}${ESCAPE}0m` : text);

const COLOURS: readonly (readonly [string, number])[] = [
  ['FAILED', 31],
  ['SUCCEEDED', 32],
  ['RUNNING', 34],
  ['RUNNABLE', 33],
];

/** The word of a state in its colour. */
const coloured = (text: string, { colour }: Page): string => {
  if (!colour) return text;
  const found = COLOURS.find(([state]) => new RegExp(`\\b${state}\\b`).test(text));
  if (!found) return text;
  const [state, code] = found;
  return text.replace(state, `${ESCAPE}${code}m${state}${ESCAPE}0m`);
};
