import { barred } from './flags.ts';
import type { Wire } from './model.ts';
import { FAILED, isFinal, type Job, must, STARTING, STATES } from './model.ts';
import { type Expected, type Found, type Ledger, nameIn, type Request } from './requests.ts';
import { same } from './resources.ts';

/* CancelJob, TerminateJob, and the same of many: in force when the answer is given. */

const NODE = /is a node: a multi-node job is stopped by its own id/;

const isThere = (found: Found | undefined): found is Found => found !== undefined && !found.job.gone;
const isNode = ({ role }: Job): boolean => role !== 'none';

/** One job. */
export const stop = (ledger: Ledger, { input, operation, found = [] }: Request): Expected => {
  const [one] = found;
  if (!isThere(one)) return { apply: () => {} };
  if (isNode(one.job)) return { refusal: NODE };
  return { apply: () => stopped(ledger, one, operation === 'TerminateJob', input.reason) };
};

const stopped = (ledger: Ledger, { job, state }: Found, terminate: boolean, reason: string): void => {
  if (isFinal(state)) return;
  if (job.size > 0) barred(ledger, job, terminate, reason);
  else if (state < STARTING) {
    must(job.state === FAILED, 'a stop ends what waits', () => `${job.id} is ${STATES[job.state]}`);
    // its nodes, if it has any, end with it
    for (const one of [job, ...job.children]) {
      if (terminate) one.terminated = true;
      else one.cancelled = true;
    }
  } else if (terminate) barred(ledger, job, true, reason);
};

/** Many: of each id once what became of it, in the order asked; each that is there as alone. */
export const stopMany = (ledger: Ledger, { input, operation, found = [] }: Request): Expected => ({
  apply: (answer) => {
    const first = new Map<string, string>();
    for (const given of input.jobs as string[]) {
      const bare = nameIn('job', given) ?? given;
      if (!first.has(bare)) first.set(bare, given);
    }
    const nodes = new Set(found.filter(({ job }) => isNode(job) && !job.gone).map(({ job }) => job.id));
    const code = (bare: string) =>
      nodes.has(bare) ? 'ClientException' : UUID.test(bare) ? undefined : 'ValidationException';
    const all = [...first].map(([bare, given]) => ({ given, code: code(bare) }));
    if (answer)
      same(
        'each of many is told what became of it',
        [answer.successful, answer.errors.map((one: Wire) => [one.job, one.code, one.message !== ''])],
        [
          all.filter(({ code }) => !code).map(({ given }) => given),
          all.filter(({ code }) => code).map(({ given, code }) => [given, code, true]),
        ],
      );
    for (const one of found)
      if (isThere(one) && !isNode(one.job)) stopped(ledger, one, operation === 'TerminateJobs', input.reason);
  },
});

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}([:#]\d+)?$/;
