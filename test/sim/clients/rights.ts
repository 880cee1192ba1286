import type { Wire } from '../books/model.ts';
import { type Ledger, nameIn } from '../books/requests.ts';
import { documentOf, type Right, USERS } from '../books/rights.ts';
import type { Random } from '../random.ts';
import type { Draft, Make } from './definitions.ts';

/* Whoever gives and takes rights, and who asks with them. */

const POLICIES = ['p', 'q'];
const ASKED = ['SubmitJob', 'CancelJob', 'TerminateJob', 'DescribeJobs', 'DescribeJobQueues'];

const rightOf = (r: Random): Right => ({
  effect: r.chance(0.8) ? 'Allow' : 'Deny',
  operations: r.chance(0.4) ? [] : ASKED.filter(() => r.chance(0.5)).concat('SubmitJob'),
  queues: r.chance(0.5) ? undefined : r.pick(['', 'q', 'q0', 'q1', 'x']),
  own: r.chance(0.3),
});

export const grant: Make = (r) => ({
  operation: 'PutUserPolicy',
  input: {
    UserName: r.pick(USERS),
    PolicyName: r.pick(POLICIES),
    PolicyDocument: documentOf(Array.from({ length: r.int(1, 2) }, () => rightOf(r))),
  },
});

export const revoke: Make = (r) => ({
  operation: 'DeleteUserPolicy',
  input: { UserName: r.pick(USERS), PolicyName: r.pick(POLICIES) },
});

/** Some of what is asked, users ask. With tags a submission asks for more than its queue. */
export const askedBy = (r: Random, ledger: Ledger, draft: Draft): Draft & { readonly who?: string } => {
  if (!ASKED.includes(draft.operation) || !r.chance(0.3)) return draft;
  const { tags: _tags, ...input } = draft.input;
  return {
    operation: draft.operation,
    input: draft.operation === 'SubmitJob' ? { ...input, jobDefinition: revised(ledger, input) } : input,
    who: r.pick(USERS),
  };
};

/** A user runs the revision that it was asked about, whatever is registered meanwhile: what it names is the newest now. */
const revised = (ledger: Ledger, { jobDefinition: given }: Wire): string => {
  const revisions = ledger.definitions.get(nameIn('job-definition', given) ?? '');
  return revisions ? `${given}:${revisions.length}` : given;
};
