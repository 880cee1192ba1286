import type { Batch } from '@aws-sdk/client-batch';
import { UsageError } from '../main/config.ts';
import { searchJobs } from './own-operations.ts';

const WHOLE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}([:#]\d+)?$/;
const PREFIX = /^([0-9a-f][0-9a-f-]{3,})([:#]\d+)?$/i;
/** So many candidates are told of. */
const TOLD = 5;

/**
 * The id that is meant: a whole one, the beginning of one (four characters at least), or a name that one job alone has; behind
 * each a child's `:INDEX`. Rejects in one line where none or several are meant.
 */
export const jobIdOf = async (batch: Batch, given: string): Promise<string> => {
  const text = given.trim();
  if (WHOLE.test(text)) return text;
  const [, prefix, part = ''] = PREFIX.exec(text) ?? [];
  if (prefix !== undefined) {
    const { jobs } = await searchJobs(batch, { id: prefix });
    if (jobs.length > 0) return only(given, jobs) + part;
  }
  const [, name = text, index = ''] = /^(.+?)(:\d+)?$/.exec(text) ?? [];
  const { jobs } = await searchJobs(batch, { name });
  return only(given, jobs) + index;
};

const only = (given: string, jobs: readonly { readonly jobId: string }[]): string => {
  const [first, ...others] = jobs;
  if (!first) throw new UsageError(`there is no job ${given}: see longshore jobs --all`);
  if (others.length === 0) return first.jobId;
  const told = jobs.slice(0, TOLD).map(({ jobId }) => jobId);
  const more = jobs.length > TOLD ? ', …' : '';
  throw new UsageError(`${given} may be ${jobs.length} jobs: ${told.join(', ')}${more}; say more of the id`);
};

/** The shortest beginnings that tell these ids apart, of eight characters at least. */
export const shortIds = (ids: readonly string[]): Map<string, string> => {
  const whole = [...new Set(ids)].sort();
  const shared = (a: string, b: string | undefined): number => {
    let n = 0;
    while (b !== undefined && n < a.length && a[n] === b[n]) n++;
    return n;
  };
  return new Map(
    whole.map((id, at) => {
      const needed = Math.max(shared(id, whole[at - 1]), shared(id, whole[at + 1])) + 1;
      return [id, id.slice(0, Math.max(8, needed))];
    }),
  );
};
