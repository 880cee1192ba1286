import { type Account, definitionArn, nameFrom } from '../../domain/arn.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import { FOUND, type FoundJob, listSeqsOf } from '../../store/job-rows.ts';
import type { SqlValue, Tx } from '../../store/store.ts';

/** A filter of ListJobs as a condition on a job's row `j` and its spec `s` (rules J-284 to J-287). */
export interface Filter {
  readonly where: string;
  readonly params: readonly SqlValue[];
}

type Given = { readonly name?: string; readonly values?: readonly string[] };

const only = (filters: readonly Given[]): { name: string | undefined; value: string } | Refusal => {
  if (filters.length > 1) return refuse(`filters takes one filter, not ${filters.length}`);
  const { name, values = [] } = filters[0]!;
  if (values.length !== 1) return refuse(`filters[0].values takes one value, not ${values.length}`);
  return { name, value: values[0]! };
};

/** The share that is asked for; undefined without such a filter. Rule T-386. */
export const readShare = (filters: readonly Given[]): string | undefined | Refusal => {
  if (!filters.some(({ name }) => name === 'SHARE_IDENTIFIER')) return undefined;
  const found = only(filters);
  return isRefusal(found) ? found : found.value;
};

export const readFilter = (account: Account, filters: readonly Given[]): Filter | undefined | Refusal => {
  if (filters.length === 0) return undefined;
  const found = only(filters);
  if (isRefusal(found)) return found;
  const { name, value } = found;
  switch (name) {
    case 'JOB_NAME':
      return byName(value);
    case 'JOB_DEFINITION':
      return byDefinition(account, value);
    case 'BEFORE_CREATED_AT':
    case 'AFTER_CREATED_AT':
      if (!/^\d{1,15}$/.test(value))
        return refuse(`filters[0].values must hold milliseconds, got '${value}'`);
      return { where: `j.created_at ${name === 'BEFORE_CREATED_AT' ? '<' : '>'} ?`, params: [Number(value)] };
    default:
      return refuse(
        `filters[0].name must be one of JOB_NAME, JOB_DEFINITION, BEFORE_CREATED_AT, AFTER_CREATED_AT, SHARE_IDENTIFIER, got '${name}'`,
      );
  }
};

const byName = (value: string): Filter =>
  value.endsWith('*')
    ? {
        where: 'substr(lower(j.name), 1, ?) = ?',
        params: [value.length - 1, value.slice(0, -1).toLowerCase()],
      }
    : { where: 'lower(j.name) = ?', params: [value.toLowerCase()] };

const DEFINITION = "json_extract(s.doc, '$.jobDefinition')";
const NAME = "json_extract(s.doc, '$.definitionName')";

const byDefinition = (account: Account, value: string): Filter | Refusal => {
  if (value.startsWith('arn:')) {
    const name = nameFrom(account, 'job-definition', value);
    const [, base, revision] = /^(.+):(\d+)$/.exec(name ?? '') ?? [];
    if (!base) return refuse(`filters[0].values must hold a name or an ARN with a revision, got '${value}'`);
    return { where: `${DEFINITION} = ?`, params: [definitionArn(account, base, Number(revision))] };
  }
  return value.endsWith('*')
    ? { where: `substr(${NAME}, 1, ?) = ?`, params: [value.length - 1, value.slice(0, -1)] }
    : { where: `${NAME} = ?`, params: [value] };
};

/** How many jobs one page may look at: reads share the connection with everybody else's work. */
export const LOOKED_AT = 10_000;
/** How many are looked at together: a page that is full early has read no more than it needs. */
const SLICE = 1000;

/** What one page found, newest first. */
export interface Filtered {
  readonly rows: readonly FoundJob[];
  /** The oldest job that was looked at, by its seq; undefined when there is none beyond. */
  readonly lookedTo: number | undefined;
}

/** Jobs in these states that the filter lets through among the next `LOOKED_AT` below `before`, at most `limit`. */
export const listFiltered = async (
  tx: Tx,
  queue: number,
  states: readonly number[],
  filter: Filter,
  before: number,
  limit: number,
): Promise<Filtered> => {
  const rows: FoundJob[] = [];
  let lookedTo = before;
  for (let looked = 0; looked < LOOKED_AT && rows.length < limit; looked += SLICE) {
    const seqs = await listSeqsOf(tx, queue, states, lookedTo, SLICE);
    rows.push(...(await matching(tx, seqs, filter, limit - rows.length)));
    if (seqs.length < SLICE) return { rows, lookedTo: undefined };
    lookedTo = seqs.at(-1)!;
  }
  return { rows, lookedTo };
};

const matching = (tx: Tx, seqs: readonly number[], filter: Filter, limit: number): Promise<FoundJob[]> =>
  tx.all<FoundJob>(
    `SELECT ${FOUND} JOIN specs s ON s.id = j.spec
     WHERE j.seq IN (SELECT value FROM json_each(?)) AND ${filter.where} ORDER BY j.seq DESC LIMIT ?`,
    [JSON.stringify(seqs), ...filter.params, limit],
  );
