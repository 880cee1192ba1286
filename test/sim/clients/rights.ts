import type { Wire } from '../books/model.ts';
import { type Ledger, nameIn } from '../books/requests.ts';
import { documentOf, GROUPS, type Right, USERS } from '../books/rights.ts';
import { roleArnOf } from '../books/sessions.ts';
import type { Random } from '../random.ts';
import type { Draft, Make } from './definitions.ts';

/* Whoever gives and takes rights, and who asks with them. */

const POLICIES = ['p', 'q'];
const ROLES = ['r0', 'r1'];
const NAMES = ['s0', 's1'];
/** How often who submitted a job stops it itself. */
const OWN = 0.5;
const ASKED = ['SubmitJob', 'CancelJob', 'TerminateJob', 'DescribeJobs', 'DescribeJobQueues'];

const rightOf = (r: Random): Right => ({
  effect: r.chance(0.8) ? 'Allow' : 'Deny',
  operations: r.chance(0.4) ? [] : ASKED.filter(() => r.chance(0.5)).concat('SubmitJob'),
  queues: r.chance(0.5) ? undefined : r.pick(['', 'q', 'q0', 'q1', 'x']),
  own: r.chance(0.3),
});

/** Who has policies. */
const holderIn = (r: Random): { readonly kind: string; readonly name: string } => {
  const kind = r.pick(['User', 'User', 'Group', 'Role']);
  return { kind, name: r.pick(kind === 'User' ? USERS : kind === 'Group' ? GROUPS : ROLES) };
};

export const grant: Make = (r) => {
  const { kind, name } = holderIn(r);
  const PolicyDocument = documentOf(Array.from({ length: r.int(1, 2) }, () => rightOf(r)));
  return {
    operation: `Put${kind}Policy`,
    input: { [`${kind}Name`]: name, PolicyName: r.pick(POLICIES), PolicyDocument },
  };
};

export const revoke: Make = (r) => {
  const { kind, name } = holderIn(r);
  return {
    operation: `Delete${kind}Policy`,
    input: { [`${kind}Name`]: name, PolicyName: r.pick(POLICIES) },
  };
};

export const join: Make = (r) => ({
  operation: r.chance(0.6) ? 'AddUserToGroup' : 'RemoveUserFromGroup',
  input: { UserName: r.pick(USERS), GroupName: r.pick(GROUPS) },
});

const trustOf = (r: Random): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: {
        AWS: [r.pick(USERS), r.pick(USERS)].map((user) => `arn:aws:iam::012345678910:user/${user}`),
      },
    },
  });

/** Roles are made, trust others, and go. */
export const changeRole: Make = (r, ledger) => {
  const RoleName = r.pick(ROLES);
  if (!ledger.rights.sessions.hasRole(RoleName) || r.chance(0.1))
    return {
      operation: 'CreateRole',
      input: { RoleName, AssumeRolePolicyDocument: trustOf(r), MaxSessionDuration: '43200' },
    };
  return r.chance(0.6)
    ? { operation: 'UpdateAssumeRolePolicy', input: { RoleName, PolicyDocument: trustOf(r) } }
    : { operation: 'DeleteRole', input: { RoleName } };
};

/** Root has no roles: users ask for them, and sessions that may not. */
export const assume: Make = (r) => ({
  operation: 'AssumeRole',
  input: {
    RoleArn: roleArnOf(r.pick(ROLES)),
    RoleSessionName: r.pick(NAMES),
    DurationSeconds: r.pick(['900', '3600', '43200']),
  },
});

/** Some of what is asked, users ask. With tags a submission asks for more than its queue. */
export const askedBy = (r: Random, ledger: Ledger, draft: Draft): Draft & { readonly who?: string } => {
  if (draft.operation === 'AssumeRole') return { ...draft, who: whoIn(r, ledger, 0.1) };
  if (!ASKED.includes(draft.operation) || !r.chance(0.3)) return draft;
  const { tags: _tags, ...input } = draft.input;
  return {
    operation: draft.operation,
    input: draft.operation === 'SubmitJob' ? { ...input, jobDefinition: revised(ledger, input) } : input,
    who: (r.chance(OWN) ? ledger.rights.ownerOf(String(input.jobId)) : undefined) ?? whoIn(r, ledger, 0.5),
  };
};

/** A user, or so often a session of a role. */
const whoIn = (r: Random, { rights }: Ledger, sessions: number): string => {
  const usable = rights.sessions.usable();
  return usable.length > 0 && r.chance(sessions) ? r.pick(usable) : r.pick(USERS);
};

/** A user runs the revision that it was asked about, whatever is registered meanwhile: what it names is the newest now. */
const revised = (ledger: Ledger, { jobDefinition: given }: Wire): string => {
  const revisions = ledger.definitions.get(nameIn('job-definition', given) ?? '');
  return revisions ? `${given}:${revisions.length}` : given;
};
