import { filled, shownOf, shownRange } from './containers.ts';
import { queueHalted } from './flags.ts';
import type { Wire } from './model.ts';
import { type Definition, type Environment, must, type Queue, type Tags } from './model.ts';
import { chosenPolicy, replacedPolicy } from './policies.ts';
import { arnOf, type Expected, type Ledger, nameIn, type Request } from './requests.ts';
import type { Rule } from './rules.ts';

/* Environments, queues and definitions: what each request must come to, by the reference. */

type Expect = (ledger: Ledger, request: Request) => Expected;

const done: Expected = { apply: () => {} };
export const environmentOf = (ledger: Ledger, given: string): Environment | undefined =>
  ledger.environments.get(nameIn('compute-environment', given) ?? '');
export const queueOf = (ledger: Ledger, given: string): Queue | undefined =>
  ledger.queues.get(nameIn('job-queue', given) ?? '');
export const isAttached = (ledger: Ledger, name: string): boolean =>
  [...ledger.queues.values()].some((queue) => queue.order.some((entry) => entry.environment === name));

const createEnvironment: Expect = (ledger, { input }) => {
  const name: string = input.computeEnvironmentName;
  if (ledger.environments.has(name)) return { refusal: /^Object already exists/ };
  if (ledger.environments.size >= 50) return { refusal: /maximum of 50/ };
  const r = input.computeResources;
  const fargate = r?.type?.startsWith('FARGATE') ?? false;
  return {
    apply: (answer) => {
      if (answer)
        must(answer.computeEnvironmentArn === arnOf('compute-environment', name), 'answer', () => name);
      ledger.environments.set(name, {
        name,
        tags: input.tags ?? {},
        kind: input.type === 'UNMANAGED' ? 'UNMANAGED' : fargate ? 'FARGATE' : 'EC2',
        seq: 0,
        cluster: '',
        state: input.state ?? 'ENABLED',
        status: 'VALID',
        max: input.type === 'UNMANAGED' ? undefined : r.maxvCpus,
        desired: r?.desiredvCpus ?? r?.minvCpus ?? 0,
        mayPass: (r?.allocationStrategy ?? 'BEST_FIT') !== 'BEST_FIT' || r?.type === 'SPOT',
        takesNodes: r?.type === 'EC2',
        renewable: !input.serviceRole && (r?.allocationStrategy ?? 'BEST_FIT') !== 'BEST_FIT',
      });
    },
  };
};

const updateEnvironment: Expect = (ledger, { input }) => {
  const environment = environmentOf(ledger, input.computeEnvironment);
  if (!environment) return { refusal: /compute-environment\/\S+ does not exist/ };
  const isOnlyState = Object.keys(input).every((m) => m === 'computeEnvironment' || m === 'state');
  if (environment.status === 'DELETING' || (environment.status === 'UPDATING' && !isOnlyState))
    return { refusal: /resource is being modified/ };
  const resources = input.computeResources;
  if (resources && environment.kind === 'UNMANAGED')
    return { refusal: /^computeResources is not applicable for unmanaged/ };
  if (resources && Object.keys(resources).length === 0) return { refusal: /^At least one compute-resources/ };
  const { maxvCpus: max, desiredvCpus: desired } = resources ?? {};
  if (environment.kind === 'EC2') {
    if (desired !== undefined && desired < environment.desired) return { refusal: /^Manually scaling down/ };
    if (max !== undefined && max < environment.desired && (desired ?? environment.desired) > max)
      return { refusal: /is below the current desiredvCpus/ };
    if (resources?.subnets && !environment.renewable) return { refusal: /^Following fields/ };
    if (desired !== undefined && desired > (max ?? environment.max))
      return { refusal: /desiredvCpus should be/ };
  }
  return {
    apply: () => {
      if (input.state) environment.state = input.state;
      if (max !== undefined) environment.max = max;
      if (desired !== undefined) environment.desired = desired;
    },
  };
};

const deleteEnvironment: Expect = (ledger, { input }) => {
  const environment = environmentOf(ledger, input.computeEnvironment);
  if (!environment) return done;
  if (/ING$/.test(environment.status)) return { refusal: /resource is being modified/ };
  if (environment.state !== 'DISABLED') return { refusal: /^Cannot delete, state must be set to DISABLED/ };
  if (isAttached(ledger, environment.name)) return { refusal: /found existing JobQueue relationship/ };
  // it goes at once, or with its last task
  return done;
};

/** What is wrong with a list of environments, if anything is. */
const orderRefusal = (ledger: Ledger, order: Queue['order']): RegExp | undefined => {
  if (order.length > 3) return /^Only 3 environments/;
  const found = order.map((entry) => environmentOf(ledger, entry.environment));
  if (found.some((environment) => environment?.status !== 'VALID')) return /must be created and valid/;
  if (new Set(found).size < found.length) return /^Duplicate ComputeEnvironments/;
  if (new Set(order.map((entry) => entry.order)).size < order.length)
    return /^Duplicate ComputeEnvironment order/;
  return new Set(found.map((environment) => environment!.kind)).size > 1 ? /can not be mixed/ : undefined;
};

const orderIn = (sent: Wire): Queue['order'] =>
  sent
    .map((entry: { order: number; computeEnvironment: string }) => ({
      order: entry.order,
      environment: nameIn('compute-environment', entry.computeEnvironment) ?? '?',
    }))
    .sort((a: { order: number }, b: { order: number }) => a.order - b.order);

const createQueue: Expect = (ledger, { input }) => {
  const name: string = input.jobQueueName;
  if (ledger.queues.has(name)) return { refusal: /^Object already exists/ };
  if (ledger.queues.size >= 50) return { refusal: /maximum of 50/ };
  const order = orderIn(input.computeEnvironmentOrder);
  const refusal = orderRefusal(ledger, order);
  if (refusal) return { refusal };
  const policy = chosenPolicy(ledger, input.schedulingPolicyArn);
  if (policy instanceof RegExp) return { refusal: policy };
  return {
    apply: (answer) => {
      if (answer) must(answer.jobQueueArn === arnOf('job-queue', name), 'answer', () => name);
      const { state = 'ENABLED', priority, jobStateTimeLimitActions: limits = [] } = input;
      ledger.queues.set(name, {
        name,
        tags: input.tags ?? {},
        seq: 0,
        state,
        status: 'VALID',
        priority,
        policy,
        order,
        limits,
        open: 0,
        halted: undefined,
      });
    },
  };
};

const updateQueue: Expect = (ledger, { input }) => {
  const queue = queueOf(ledger, input.jobQueue);
  if (!queue) return { refusal: /job-queue\/\S+ does not exist/ };
  if (queue.status !== 'VALID') return { refusal: /resource is being modified/ };
  const order = input.computeEnvironmentOrder && orderIn(input.computeEnvironmentOrder);
  if ((order ?? queue.order).length === 0 && (input.state ?? queue.state) === 'ENABLED')
    return { refusal: /Order is required/ };
  const refusal = order && orderRefusal(ledger, order);
  if (refusal) return { refusal };
  const policy = replacedPolicy(ledger, queue.policy, input.schedulingPolicyArn);
  if (policy instanceof RegExp) return { refusal: policy };
  return {
    apply: () => {
      queue.state = input.state ?? queue.state;
      queue.priority = input.priority ?? queue.priority;
      queue.policy = policy;
      queue.order = order ?? queue.order;
      queue.limits = input.jobStateTimeLimitActions ?? queue.limits;
    },
  };
};

const deleteQueue: Expect = (ledger, { input }) => {
  const queue = queueOf(ledger, input.jobQueue);
  if (!queue) return done;
  if (queue.status !== 'VALID') return { refusal: /resource is being modified/ };
  if (queue.state !== 'DISABLED') return { refusal: /^Cannot delete, state must be set to DISABLED/ };
  return {
    apply: () => {
      if (queue.open > 0) queue.halted = queueHalted(ledger, (job) => job.queue === queue);
      queue.status = queue.open > 0 ? 'DELETING' : 'DELETED';
      if (queue.open === 0) forgetQueue(ledger, queue);
    },
  };
};

/** The last job of a queue that is being deleted has ended. */
export const forgetQueue = (ledger: Ledger, queue: Queue): void => {
  queue.status = 'DELETED';
  queue.order = [];
  if (ledger.queues.get(queue.name) === queue) ledger.queues.delete(queue.name);
};

const register: Expect = (ledger, { input }) => ({
  apply: (answer) => {
    const name: string = input.jobDefinitionName;
    const known = ledger.definitions.get(name) ?? [];
    const revision = known.length + 1;
    if (answer)
      must(answer.revision === revision, 'revisions', () => `${name}: ${answer.revision}, not ${revision}`);
    ledger.definitions.set(name, [
      ...known,
      { name, revision, active: true, tags: input.tags ?? {}, sent: input },
    ]);
  },
});

const deregister: Expect = (ledger, { input }) => {
  const { name, revision } = definitionIn(input.jobDefinition);
  const known = ledger.definitions.get(name) ?? [];
  const chosen = revision === undefined ? known.findLast((one) => one.active) : known[revision - 1];
  if (!chosen) return { refusal: /^Job definition \S+ does not exist/ };
  return {
    apply: () => {
      chosen.active = false;
    },
  };
};

export const definitionIn = (given: string): { name: string; revision?: number } => {
  const [name = '', revision] = (nameIn('job-definition', given) ?? '').split(':');
  return revision === undefined ? { name } : { name, revision: Number(revision) };
};

const isSpot = (ledger: Ledger, { computeEnvironmentName }: Wire): boolean => {
  const { kind, takesNodes, status } = ledger.environments.get(computeEnvironmentName)!;
  return kind === 'EC2' && !takesNodes && status === 'VALID';
};

/** One description after another must be of what there is, as it is. */
const describeEnvironments: Expect = (ledger, { input }) => ({
  apply: (answer) => {
    if (!answer || input.maxResults || input.nextToken) return;
    const wanted = namesAsked(input.computeEnvironments, 'compute-environment', ledger.environments);
    const shown = answer.computeEnvironments.map((one: Wire) => [
      one.computeEnvironmentName,
      one.state,
      // a cluster of which no node is of Spot
      one.statusReason === 'no node is of Spot capacity' && isSpot(ledger, one) ? 'VALID' : one.status,
      one.computeResources?.maxvCpus,
    ]);
    const kept = wanted.map((e) => [e.name, e.state, e.status, e.max]);
    same('environments as described', shown, kept);
    same('tags are those that were set', tagsShown(answer.computeEnvironments), tagsKept(wanted));
  },
});

const describeQueues: Expect = (ledger, { input }) => ({
  apply: (answer) => {
    if (!answer || input.maxResults || input.nextToken) return;
    const wanted = namesAsked(input.jobQueues, 'job-queue', ledger.queues);
    const shown = answer.jobQueues.map((one: Wire) => [
      one.jobQueueName,
      one.state,
      one.status,
      one.priority,
      one.schedulingPolicyArn,
      ...one.computeEnvironmentOrder.map((entry: Wire) =>
        nameIn('compute-environment', entry.computeEnvironment),
      ),
    ]);
    const kept = wanted.map((q) => [
      q.name,
      q.state,
      q.status,
      q.priority,
      q.policy && arnOf('scheduling-policy', q.policy.name),
      ...q.order.map(({ environment }) => environment),
    ]);
    same('queues as described', shown, kept);
    same('tags are those that were set', tagsShown(answer.jobQueues), tagsKept(wanted));
  },
});

const describeDefinitions: Expect = (ledger, { input }) => ({
  apply: (answer) => {
    if (!answer || input.nextToken || input.maxResults) return;
    const kept = [...ledger.definitions.values()]
      .flat()
      .filter((one) => isNamed(one, input.jobDefinitions))
      .filter((one) => input.jobDefinitionName === undefined || one.name === input.jobDefinitionName)
      .filter((one) => input.status === undefined || (one.active ? 'ACTIVE' : 'INACTIVE') === input.status)
      .sort((a, b) => (a.name === b.name ? b.revision - a.revision : a.name < b.name ? -1 : 1))
      .slice(0, input.jobDefinitions ? 1000 : 100);
    same('tags are those that were set', tagsShown(answer.jobDefinitions), tagsKept(kept));
    same('definitions as described', answer.jobDefinitions, kept.map(definitionKept));
  },
});

const tagsShown = (all: readonly Wire[]): unknown[] => all.map(({ tags }) => tags);
const tagsKept = (all: readonly { readonly tags: Tags }[]): unknown[] => all.map(({ tags }) => tags);

/** Names or ARNs, with a revision or for all of them. */
const isNamed = (one: { name: string; revision: number }, asked: readonly string[] | undefined): boolean =>
  !asked?.length ||
  asked
    .map((given) => nameIn('job-definition', given))
    .some((name) => name === one.name || name === `${one.name}:${one.revision}`);

/** As it was sent, with what is always there. */
const definitionKept = ({ name, revision, active, tags, sent }: Definition): Wire => {
  const { containerProperties: container, nodeProperties: nodes, retryStrategy: retry } = sent;
  return {
    parameters: {},
    propagateTags: false,
    containerOrchestrationType: 'ECS',
    ...sent,
    tags,
    jobDefinitionArn: arnOf('job-definition', `${name}:${revision}`),
    revision,
    status: active ? 'ACTIVE' : 'INACTIVE',
    ...(container && { containerProperties: shownOf(filled(container)) }),
    ...(nodes && {
      nodeProperties: {
        ...nodes,
        nodeRangeProperties: nodes.nodeRangeProperties.map((range: Wire) =>
          shownRange(range, filled(range.container)),
        ),
      },
    }),
    ...(retry && { retryStrategy: { ...retry, evaluateOnExit: lowerCased(retry.evaluateOnExit ?? []) } }),
  };
};

export const lowerCased = (rules: readonly Wire[]): Wire[] =>
  rules.map((rule) => ({ ...rule, action: rule.action.toLowerCase() }));

const namesAsked = <T extends { name: string }>(
  asked: readonly string[] | undefined,
  kind: string,
  known: ReadonlyMap<string, T>,
): T[] => {
  if (!asked?.length) return [...known.values()].slice(0, 100);
  const names = new Set(asked.map((given) => nameIn(kind, given)));
  return [...known.values()].filter((one) => names.has(one.name));
};

/** Members may come in any order. */
export const same = (rule: Rule, shown: unknown, kept: unknown): void => {
  if (JSON.stringify(shown) === JSON.stringify(kept)) return;
  const [a, b] = [JSON.stringify(shown, byName), JSON.stringify(kept, byName)];
  must(a === b, rule, () => `shown ${a}, in the books ${b}`);
};

const byName = (_key: string, value: Wire): Wire =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

export const RESOURCES: Readonly<Record<string, Expect>> = {
  CreateComputeEnvironment: createEnvironment,
  UpdateComputeEnvironment: updateEnvironment,
  DeleteComputeEnvironment: deleteEnvironment,
  DescribeComputeEnvironments: describeEnvironments,
  CreateJobQueue: createQueue,
  UpdateJobQueue: updateQueue,
  DeleteJobQueue: deleteQueue,
  DescribeJobQueues: describeQueues,
  RegisterJobDefinition: register,
  DeregisterJobDefinition: deregister,
  DescribeJobDefinitions: describeDefinitions,
};
