import type { Policy, Wire } from './model.ts';
import { arnOf, type Expected, type Ledger, nameIn, type Request } from './requests.ts';
import { same } from './resources.ts';

/* Scheduling policies: what each request must come to, by the reference. */

type Expect = (ledger: Ledger, request: Request) => Expected;

export const policyOf = (ledger: Ledger, arn: string): Policy | undefined =>
  ledger.policies.get(nameIn('scheduling-policy', arn) ?? '');

/** Whether a queue goes by it that is still there. */
const isFollowed = (ledger: Ledger, policy: Policy): boolean =>
  [...ledger.queues.values()].some((queue) => queue.policy === policy);

const isQuota = ({ doc }: Policy): boolean => doc.quotaSharePolicy !== undefined;

/** With its defaults, as it is shown. */
const docOf = ({ fairsharePolicy = {}, quotaSharePolicy }: Wire): Wire => {
  if (quotaSharePolicy) return { quotaSharePolicy };
  const { shareDecaySeconds = 0, computeReservation = 0, shareDistribution = [] } = fairsharePolicy;
  return {
    fairsharePolicy: {
      shareDecaySeconds,
      computeReservation,
      shareDistribution: shareDistribution.map((entry: Wire) => ({ weightFactor: 1, ...entry })),
    },
  };
};

const create: Expect = (ledger, { input }) => {
  if (ledger.policies.has(input.name)) return { refusal: /^Object already exists/ };
  return {
    apply: (answer) => {
      const { name, tags = {} } = input;
      if (answer) same('answer', answer, { name, arn: arnOf('scheduling-policy', name) });
      ledger.policies.set(name, { name, tags, doc: docOf(input) });
    },
  };
};

const update: Expect = (ledger, { input }) => {
  const policy = policyOf(ledger, input.arn ?? '');
  if (!policy) return { refusal: /scheduling-policy\/\S+ does not exist/ };
  const { fairsharePolicy: fair, quotaSharePolicy: quota } = input;
  if (!fair && !quota) return { apply: () => {} };
  if (isQuota(policy) !== (quota !== undefined)) return { refusal: /cannot be changed to/ };
  return {
    apply: () => {
      policy.doc = docOf(input);
    },
  };
};

const remove: Expect = (ledger, { input }) => {
  const policy = policyOf(ledger, input.arn ?? '');
  if (policy && isFollowed(ledger, policy))
    return { refusal: /^Cannot delete, found existing JobQueue relationship/ };
  return {
    apply: () => {
      if (policy) ledger.policies.delete(policy.name);
    },
  };
};

const describe: Expect = (ledger, { input }) => ({
  apply: (answer) => {
    if (!answer) return;
    const wanted = [...new Set<string>(input.arns)].flatMap((arn) => policyOf(ledger, arn) ?? []);
    const kept = wanted.map(({ name, tags, doc }) => ({
      name,
      arn: arnOf('scheduling-policy', name),
      ...doc,
      tags,
    }));
    same('policies as described', answer.schedulingPolicies, kept);
  },
});

const list: Expect = (ledger, { input }) => ({
  apply: (answer) => {
    if (!answer) return;
    const all = [...ledger.policies.keys()].map((name) => ({ arn: arnOf('scheduling-policy', name) }));
    const most = input.maxResults ?? 100;
    same('policies as described', answer.schedulingPolicies, all.slice(0, most));
    same('policies as described', answer.nextToken !== undefined, all.length > most);
  },
});

/** The policy that a queue is to go by, or what is to be said of it; undefined for none. */
export const chosenPolicy = (ledger: Ledger, arn: string | undefined): Policy | RegExp | undefined => {
  if (!arn) return undefined;
  const policy = policyOf(ledger, arn);
  if (!policy) return /^SchedulingPolicy \S+ not found/;
  return isQuota(policy) ? /^Quota Management feature/ : policy;
};

/** Another in the place of one: none is added, none removed. */
export const replacedPolicy = (
  ledger: Ledger,
  before: Policy | undefined,
  arn: string | undefined,
): Policy | RegExp | undefined => {
  if (!arn) return before;
  return before ? chosenPolicy(ledger, arn) : /^Scheduling policy cannot be added/;
};

export const POLICIES: Readonly<Record<string, Expect>> = {
  CreateSchedulingPolicy: create,
  UpdateSchedulingPolicy: update,
  DeleteSchedulingPolicy: remove,
  DescribeSchedulingPolicies: describe,
  ListSchedulingPolicies: list,
};
