import type { AccessFile } from './access-file.ts';
import { checkSteps } from './check-steps.ts';
import type { Found } from './found.ts';
import { PHASES } from './order.ts';
import { ownOf } from './own.ts';
import { limitSteps } from './plan-limits.ts';
import { arnOf } from './plan-made.ts';
import { policySteps, providerSteps } from './plan-policies.ts';
import { pruned } from './plan-pruned.ts';
import { roleSteps } from './plan-roles.ts';
import { groupSteps, userSteps } from './plan-users.ts';
import type { ReadFile } from './read-file.ts';
import { rightsOf } from './rights.ts';
import { type Context, isSameName, named, type Step } from './step.ts';

export interface Plan {
  readonly steps: readonly Step[];
  /** What is not done: it would take from whoever asks what it has its rights by. */
  readonly left: readonly Step[];
  /** Where all that goes is left: the role that may be anybody's, and so all may be what it has its rights by. */
  readonly openRole?: string;
  /** Sections of which nothing stays: `3 users`. */
  readonly emptied: readonly string[];
}

/**
 * What is to be done so that what the file says is so (rule A-230), in an order in which each step finds what it needs. What the file does
 * not say stays, unless `prune`. Pure. Throws a `UsageError` with the place of what cannot be.
 */
export const planFor = ({ said, wrong }: ReadFile, found: Found, prune: boolean): Plan => {
  const policy = policyOf(said, found);
  const { isOwn, openRole } = ownOf(found);
  const context: Context = {
    ...{ found, prune, wrong, isOwn },
    policy: (name, at) => {
      const arn = policy(name);
      if (arn === undefined) throw wrong(at, `there is no policy ${name}`);
      return arn;
    },
    // a name that is no policy's is told where it is planned
    rights: rightsOf(said, found, (name) => policy(name) ?? name),
  };
  const all = [
    ...said.providers.flatMap((one, n) => providerSteps(context, one, `providers[${n}]`)),
    ...said.policies.flatMap((one, n) => policySteps(context, one, `policies[${n}]`)),
    ...said.groups.flatMap((one, n) => groupSteps(context, said.users, one, `groups[${n}]`)),
    ...said.users.flatMap((one, n) => userSteps(context, said.groups, one, `users[${n}]`)),
    ...roleSteps(context, said.roles),
    ...said.limits.flatMap((one, n) => limitSteps(context, said, one, `limits[${n}]`)),
    ...(prune ? pruned(context, said) : []),
  ];
  const isLeft = (step: Step) => step.at === undefined && (step.isOwn || openRole !== undefined);
  checkSteps(all, wrong);
  const steps = inOrder(all.filter((step) => !isLeft(step)));
  return {
    ...{ steps, left: inOrder(all.filter(isLeft)), emptied: emptiedBy(steps, said, found) },
    ...(openRole !== undefined && { openRole }),
  };
};

const DELETES = {
  ...{ policies: 'DeletePolicy', groups: 'DeleteGroup', users: 'DeleteUser', roles: 'DeleteRole' },
  providers: 'DeleteOpenIDConnectProvider',
} as const;

const emptiedBy = (steps: readonly Step[], said: AccessFile, found: Found): string[] =>
  Object.entries(DELETES).flatMap(([name, deletes]) => {
    const section = name as keyof typeof DELETES;
    const gone = steps.filter(({ action }) => action === deletes).length;
    const isEmpty = gone > 0 && gone === found[section].length && said[section].length === 0;
    return isEmpty ? [`${gone} ${section}`] : [];
  });

/** What whoever asks has its rights by changes last: it may be the end of them. */
const inOrder = (steps: readonly Step[]): Step[] =>
  [false, true].flatMap((last) =>
    PHASES.flatMap((phase) =>
      steps.filter(({ isOwn = false, ...step }) => isOwn === last && step.phase === phase),
    ),
  );

/** One of the account's own goes before one that is built in. An ARN of AWS's may be of any. */
const policyOf =
  (said: AccessFile, found: Found) =>
  (name: string): string | undefined => {
    const own = named(found.policies, name)?.arn;
    const made = named(said.policies, name);
    const arn =
      own ??
      (made && arnOf(found.account, 'policy', made)) ??
      found.builtIn.find((one) => isSameName(one.replace(/^.*?:policy\//, ''), name));
    if (arn !== undefined) return arn;
    const isElsewhere = name.startsWith('arn:') && !name.startsWith(`${found.account}:`);
    const isHere =
      found.policies.some((one) => one.arn === name) ||
      said.policies.some((one) => arnOf(found.account, 'policy', one) === name);
    // the boundary of somebody may be gone: it stays as it is
    const isBoundary = [...found.users, ...found.roles].some(({ boundary }) => boundary === name);
    return isElsewhere || isHere || isBoundary ? name : undefined;
  };
