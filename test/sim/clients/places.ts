import type { Ledger } from '../books/requests.ts';
import type { Random } from '../random.ts';
import type { Swarm } from '../swarm.ts';
import { asArn, known, type Make, nameOf } from './definitions.ts';
import { followed, policyArn } from './policies.ts';
import { someTags } from './tags.ts';

/* Environments and queues. */

const network = { subnets: ['subnet-1'], securityGroupIds: ['sg-1'] };

const maxOf = (r: Random, swarm: Swarm): number => {
  const most = swarm.capacity.pool.milliVcpus / 1000;
  return r.pick([1, Math.max(1, most >> 1), most, 256]);
};

/** Some of which no machine there has. */
const wishOf = (r: Random, swarm: Swarm): number => r.pick([0, 1, maxOf(r, swarm), r.int(1, 64)]);

/** With several types the order of the list is a wish. */
const strategyOf = (kind: string, types: readonly string[]) => {
  if (kind === 'SPOT')
    return {
      allocationStrategy:
        types.length > 1 ? 'SPOT_CAPACITY_OPTIMIZED_PRIORITIZED' : 'SPOT_CAPACITY_OPTIMIZED',
    };
  return types[0] === 'm5' && { allocationStrategy: 'BEST_FIT_PROGRESSIVE_ORDERED' };
};

export const createEnvironment: Make = (r, _ledger, swarm, id) => {
  const kind = r.weighted({ EC2: 60, SPOT: 14, FARGATE: 12, UNMANAGED: 14 });
  const maxvCpus = maxOf(r, swarm);
  const wish = r.chance(0.2) && { desiredvCpus: Math.min(maxvCpus, wishOf(r, swarm)) };
  const instanceTypes = r.pick([['optimal'], ['c5.large'], ['c5.xlarge', 'c5.large'], ['m5', 'c5']]);
  const ec2 = {
    type: kind,
    minvCpus: 0,
    maxvCpus,
    ...wish,
    instanceTypes,
    instanceRole: 'ecsInstanceRole',
    ...strategyOf(kind, instanceTypes),
    ...network,
  };
  const fargate = { type: kind, maxvCpus, ...network };
  return {
    operation: 'CreateComputeEnvironment',
    input: {
      computeEnvironmentName: nameOf(r, swarm, 'e'),
      type: kind === 'UNMANAGED' ? 'UNMANAGED' : 'MANAGED',
      ...someTags(r, id),
      ...(r.chance(0.15) && { state: 'DISABLED' }),
      ...(kind === 'UNMANAGED'
        ? { serviceRole: 'role' }
        : { computeResources: kind === 'FARGATE' ? fargate : ec2 }),
    },
  };
};

/** Rather one where something runs: what changes there has to wait. */
const changing = (r: Random, ledger: Ledger): string => {
  const busy = [...ledger.floor.live.values()].map(({ environment }) => environment);
  const found = busy.length > 0 && r.chance(0.4) ? ledger.environmentBySeq.get(r.pick(busy)) : undefined;
  return found?.name ?? known(r, ledger.environments, 'nobody');
};

export const updateEnvironment: Make = (r, ledger, swarm) => {
  const name = changing(r, ledger);
  const kind = ledger.environments.get(name)?.kind;
  const numbers = {
    ...(r.chance(0.8) && { maxvCpus: maxOf(r, swarm) }),
    ...(r.chance(0.15) && { desiredvCpus: wishOf(r, swarm) }),
    ...(r.chance(0.3) && { subnets: ['subnet-2'] }),
  };
  const resources = kind === 'EC2' ? numbers : kind === 'FARGATE' ? { maxvCpus: maxOf(r, swarm) } : {};
  return {
    operation: 'UpdateComputeEnvironment',
    input: {
      computeEnvironment: asArn(r, 'compute-environment', name),
      ...(r.chance(0.7) && { state: r.chance(0.7) ? 'ENABLED' : 'DISABLED' }),
      ...((Object.keys(resources).length > 0 || r.chance(0.3)) && { computeResources: resources }),
    },
  };
};

export const deleteEnvironment: Make = (r, ledger) => ({
  operation: 'DeleteComputeEnvironment',
  input: { computeEnvironment: asArn(r, 'compute-environment', known(r, ledger.environments, 'nobody')) },
});

export const describeEnvironments: Make = (r, ledger) => ({
  operation: 'DescribeComputeEnvironments',
  input: r.chance(0.5) ? {} : { computeEnvironments: [known(r, ledger.environments, 'nobody'), 'nobody'] },
});

const orderOf = (r: Random, names: ReadonlyMap<string, unknown>) => {
  const order = Array.from({ length: r.chance(0.3) ? r.int(2, 3) : r.skewed(1, 3) }, (_, at) => ({
    order: at * 2 + 1,
    computeEnvironment: asArn(r, 'compute-environment', known(r, names, 'nobody')),
  }));
  return r.chance(0.5) ? order : order.reverse();
};

/** Mostly of environments that go together: two of a different kind are refused. */
const alike = (r: Random, environments: ReadonlyMap<string, { kind: string }>) => {
  if (r.chance(0.7) || environments.size === 0) return environments;
  const kind = r.pick([...environments.values()]).kind;
  return new Map([...environments].filter(([, one]) => one.kind === kind));
};

const REASONS = [
  'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY',
  'MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE',
  'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT',
];

/** How long the first of a queue may wait, for some reasons or for none. */
const limits = (r: Random) =>
  REASONS.filter(() => r.chance(0.7)).map((reason) => ({
    reason,
    state: 'RUNNABLE',
    maxTimeSeconds: r.pick([600, 900, 7200]),
    action: 'CANCEL',
  }));

export const createQueue: Make = (r, ledger, swarm, id) => ({
  operation: 'CreateJobQueue',
  input: {
    jobQueueName: nameOf(r, swarm, 'q'),
    priority: r.int(0, 5),
    ...(r.chance(0.1) && { state: 'DISABLED' }),
    computeEnvironmentOrder: orderOf(r, alike(r, ledger.environments)),
    ...(r.chance(0.4) && { jobStateTimeLimitActions: limits(r) }),
    ...followed(r, ledger, swarm),
    ...someTags(r, id),
  },
});

export const updateQueue: Make = (r, ledger, swarm) => ({
  operation: 'UpdateJobQueue',
  input: {
    jobQueue: asArn(r, 'job-queue', known(r, ledger.queues, 'nobody')),
    ...(r.chance(0.6) && { state: r.chance(0.75) ? 'ENABLED' : 'DISABLED' }),
    ...(r.chance(0.4) && { priority: r.int(0, 5) }),
    ...(r.chance(0.3) && { computeEnvironmentOrder: orderOf(r, alike(r, ledger.environments)) }),
    ...(r.chance(0.2) && { jobStateTimeLimitActions: limits(r) }),
    ...(r.chance(0.6 * swarm.shared) && {
      schedulingPolicyArn: r.pick(['', policyArn(r, ledger), policyArn(r, ledger)]),
    }),
  },
});

export const deleteQueue: Make = (r, ledger) => {
  const disabled = new Map([...ledger.queues].filter(([, queue]) => queue.state === 'DISABLED'));
  const busy = new Map([...disabled].filter(([, queue]) => queue.open > 0));
  const likely = busy.size > 0 && r.chance(0.5) ? busy : disabled;
  const from = likely.size > 0 && r.chance(0.8) ? likely : ledger.queues;
  return {
    operation: 'DeleteJobQueue',
    input: { jobQueue: asArn(r, 'job-queue', known(r, from, 'nobody')) },
  };
};

export const describeQueues: Make = (r, ledger) => ({
  operation: 'DescribeJobQueues',
  input: r.chance(0.5) ? {} : { jobQueues: [known(r, ledger.queues, 'nobody'), 'nobody'] },
});

/** Who stands at the front of a queue, rather of one in which somebody waits. */
export const snapshot: Make = (r, ledger) => {
  const busy = new Map([...ledger.queues].filter(([, queue]) => queue.open > 0));
  const from = busy.size > 0 && r.chance(0.7) ? busy : ledger.queues;
  return {
    operation: 'GetJobQueueSnapshot',
    input: { jobQueue: asArn(r, 'job-queue', known(r, from, 'nobody')) },
  };
};
