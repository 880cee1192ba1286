import { FAILED, isFinal, type Job, PENDING, type Queue, STATES } from '../books/model.ts';
import { arnOf, type Ledger } from '../books/requests.ts';
import type { Random } from '../random.ts';
import { consumingInstead } from './consumables.ts';
import { asArn, commandOf, definitionName, known, type Make, strategy } from './definitions.ts';
import { nodeOverrides, sentIn } from './nodes.ts';
import { sharing } from './policies.ts';

const NOBODY = '00000000-0000-4000-8000-00000000dead';

/** A job, rather a young one; perhaps a child of it. */
export const jobId = (r: Random, ledger: Ledger): string => {
  const { submitted } = ledger;
  if (submitted.length === 0 || r.chance(0.02)) return NOBODY;
  const from = r.chance(0.8) ? Math.max(0, submitted.length - 40) : 0;
  const job = submitted[r.int(from, submitted.length - 1)]!;
  return partOf(r, job);
};

/** Itself, or a child or node of it. */
const partOf = (r: Random, job: Job, nodes = 0.5): string =>
  job.children.length > 0 && r.chance(job.nodes > 0 ? nodes : 0.5) ? r.pick(job.children).id : job.id;

export const submit: Make = (r, ledger, swarm, id) => {
  const jobDefinition = definitionName(r, ledger);
  const sent = sentIn(ledger, jobDefinition);
  const nodes = sent?.nodeProperties;
  const size = r.chance(nodes ? 0.02 : swarm.arrays) ? r.skewed(2, swarm.largest) : 0;
  const jobQueue = enabledQueue(r, ledger, nodes !== undefined);
  const isShared = ledger.queues.get(jobQueue)?.policy !== undefined;
  const isDependent = r.chance(nodes ? 0.8 : swarm.dependent);
  const dependsOn = isDependent ? dependencies(r, ledger, size) : [];
  return {
    operation: 'SubmitJob',
    input: {
      jobName: `${r.pick(['alpha', 'beta', 'Alto'])}-${id}`,
      jobQueue: asArn(r, 'job-queue', jobQueue),
      jobDefinition,
      ...consumingInstead(r, ledger, swarm),
      ...sharing(r, isShared, sent?.schedulingPriority !== undefined),
      ...(size > 0 && { arrayProperties: { size } }),
      ...(dependsOn.length > 0 && { dependsOn }),
      ...(r.chance(0.5) && {
        parameters: r.pick([
          { who: 'c', what: 'd' },
          { who: `c${id}`, what: 'd' },
        ]),
      }),
      ...(r.chance(nodes ? 0.02 : 0.3) && { containerOverrides: overrides(r, id) }),
      ...(nodes && r.chance(0.5) && { nodeOverrides: nodeOverrides(r, ledger, swarm, nodes, id) }),
      ...(!nodes && r.chance(0.01) && { nodeOverrides: { numNodes: 2 } }),
      ...(r.chance(nodes ? 0.1 : 0.3) && { retryStrategy: r.chance(0.2) ? {} : strategy(r) }),
      ...(r.chance(0.15) && { timeout: { attemptDurationSeconds: r.int(60, 90) } }),
      ...(r.chance(0.1) && { tags: { of: String(id) } }),
      ...(r.chance(0.1) && { propagateTags: r.chance(0.5) }),
    },
  };
};

/** One that waits for nobody, in the emptiest of the queues that are open and have an environment that is. */
export const promptly: Make = (r, ledger, _swarm, id) => {
  const isOpen = (one?: { readonly state: string; readonly status: string }) =>
    one?.state === 'ENABLED' && one.status === 'VALID';
  const open = [...ledger.queues.values()]
    .filter((queue) => isOpen(queue) && !queue.policy)
    .filter(({ order }) => order.some(({ environment }) => isOpen(ledger.environments.get(environment))));
  const jobQueue = open.toSorted((a, b) => a.open - b.open)[0]?.name ?? 'nobody';
  const plain = [...ledger.definitions.values()]
    .flat()
    .filter(({ active, sent }) => active && !sent.nodeProperties);
  const { name, revision } = plain.length > 0 ? r.pick(plain) : { name: 'nobody', revision: 1 };
  return {
    operation: 'SubmitJob',
    input: {
      jobName: `prompt-${id}`,
      jobQueue,
      jobDefinition: `${name}:${revision}`,
      parameters: { who: `c${id}`, what: 'd' },
    },
  };
};

/** For nodes rather one that takes them. */
const enabledQueue = (r: Random, ledger: Ledger, nodes: boolean): string => {
  const takes = ({ order }: Queue) =>
    order.every(({ environment }) => ledger.environments.get(environment)?.takesNodes);
  const all = [...ledger.queues].filter(([, queue]) => queue.state === 'ENABLED');
  const fit = nodes && r.chance(0.9) ? all.filter(([, queue]) => takes(queue)) : [];
  const open = new Map(fit.length > 0 ? fit : all);
  return known(r, open.size > 0 && r.chance(0.95) ? open : ledger.queues, 'nobody');
};

const overrides = (r: Random, id: number) => ({
  ...(r.chance(0.5) && { command: commandOf(r, id) }),
  ...(r.chance(0.3) && { vcpus: r.int(1, 2) }),
  ...(r.chance(0.3) && { memory: r.pick([4, 64]) }),
  ...(r.chance(0.3) && { resourceRequirements: [{ type: 'VCPU', value: String(r.int(1, 2)) }] }),
  ...(r.chance(0.3) && { environment: [{ name: r.pick(['A', 'B', 'C']), value: r.pick(['', `e${id}`]) }] }),
});

/** Often one that has begun, and may succeed. */
const awaited = (r: Random, ledger: Ledger): string => {
  const { live } = ledger.floor;
  if (live.size === 0 || r.chance(0.6)) return jobId(r, ledger);
  const { job } = r.pick([...live.values()]);
  return (job.role === 'none' ? job : job.parent!).id;
};

const dependencies = (r: Random, ledger: Ledger, size: number) =>
  Array.from({ length: r.skewed(1, 5) }, () => {
    if (size > 0 && r.chance(0.3)) return { type: 'SEQUENTIAL' };
    const alike = size > 0 ? ledger.submitted.filter((job) => job.size === size && !job.gone) : [];
    if (alike.length > 0 && r.chance(0.6)) return { jobId: r.pick(alike).id, type: 'N_TO_N' };
    return { jobId: awaited(r, ledger), ...(r.chance(0.15) && { type: r.pick(['SEQUENTIAL', 'N_TO_N']) }) };
  });

/** Rather one that is not over. */
const stoppable = (r: Random, ledger: Ledger): string => {
  const open: Job[] = ledger.submitted.slice(-200).filter((job) => !isFinal(job.state));
  if (open.length === 0 || r.chance(0.2)) return jobId(r, ledger);
  // what runs in a queue that goes is stopped twice
  const going = open.filter(({ queue, state }) => queue.halted && state >= PENDING);
  const job = going.length > 0 && r.chance(0.3) ? r.pick(going) : r.pick(open);
  return partOf(r, job, 0.05);
};

export const cancel: Make = (r, ledger, _swarm, id) => ({
  operation: 'CancelJob',
  input: { jobId: stoppable(r, ledger), reason: `stop ${id}` },
});

export const terminate: Make = (r, ledger, _swarm, id) => ({
  operation: 'TerminateJob',
  input: { jobId: stoppable(r, ledger), reason: `stop ${id}` },
});

/** Some, none of them a part of another; perhaps with an id that is no job's, one that is none, and one twice. */
const stoppables = (r: Random, ledger: Ledger): string[] => {
  const byWhole = new Map<string, string>();
  for (let left = r.skewed(1, 8); left > 0; left--) {
    const id = stoppable(r, ledger);
    const whole = id.split(/[:#]/)[0]!;
    byWhole.set(whole, byWhole.get(whole) ?? id);
  }
  const ids = [...byWhole.values()].map((id) => (r.chance(0.1) ? arnOf('job', id) : id));
  const odd = [NOBODY, 'junk', arnOf('job-queue', 'q0'), r.pick(ids)].filter(() => r.chance(0.1));
  return r.chance(0.5) ? [...ids, ...odd] : [...odd, ...ids];
};

export const cancelMany: Make = (r, ledger, _swarm, id) => ({
  operation: 'CancelJobs',
  input: { jobs: stoppables(r, ledger), reason: `stop ${id}` },
});

export const terminateMany: Make = (r, ledger, _swarm, id) => ({
  operation: 'TerminateJobs',
  input: { jobs: stoppables(r, ledger), reason: `stop ${id}` },
});

/** Rather one that FAILED, or an array with such children. */
const failedId = (r: Random, ledger: Ledger): string => {
  const failed = ledger.submitted.slice(-300).filter((job) => !job.gone && hasFailed(job));
  if (failed.length === 0 || r.chance(0.1)) return jobId(r, ledger);
  const job = r.pick(failed);
  const children = job.size > 0 ? job.children.filter(({ state }) => state === FAILED) : [];
  return children.length > 0 && r.chance(0.3) ? r.pick(children).id : partOf(r, job, 0.05);
};

const hasFailed = (job: Job): boolean => (job.size > 0 ? job.summary[FAILED]! > 0 : job.state === FAILED);

/** Like nothing that was before: what runs as it was shows. */
const changes = (r: Random, id: number) => ({
  ...(r.chance(0.4) && { command: commandOf(r, id) }),
  ...(r.chance(0.4) && { environment: [{ name: r.pick(['A', 'B', 'C']), value: r.pick(['', `r${id}`]) }] }),
  ...(r.chance(0.4) && { memory: r.pick([4, 8, 64]) }),
  ...(r.chance(0.4) && { vcpus: r.pick(['0.25', '1', '2']) }),
  ...(r.chance(0.2) && { timeoutSeconds: r.int(60, 90) }),
});

export const rerun: Make = (r, ledger, _swarm, id) => {
  const jobId = failedId(r, ledger);
  const size = ledger.jobs.get(jobId)?.size ?? 0;
  const some = () => Array.from({ length: r.skewed(1, 4) }, () => r.int(0, size));
  return {
    operation: 'RetryJobs',
    input: {
      jobId,
      ...(r.chance(0.2) && { states: ['FAILED'] }),
      ...(size > 0 && r.chance(0.2) && { indices: some() }),
      ...(r.chance(0.6) && { withDependents: true }),
      ...(r.chance((ledger.jobs.get(jobId)?.nodes ?? 0) > 0 ? 0.5 : 0.3) && { changes: changes(r, id) }),
    },
  };
};

/** A job that was stopped and has not ended, or any. */
const stoppedId = (r: Random, ledger: Ledger): string => {
  const stopped = ledger.submitted.slice(-200).filter((job) => !isFinal(job.state) && job.stops.length > 0);
  return stopped.length > 0 ? partOf(r, r.pick(stopped), 0.7) : jobId(r, ledger);
};

export const describeJobs: Make = (r, ledger) => ({
  operation: 'DescribeJobs',
  input: {
    jobs: Array.from({ length: r.skewed(1, 5) }, () => {
      const id = r.chance(0.2) ? stoppedId(r, ledger) : jobId(r, ledger);
      return r.chance(0.1) ? arnOf('job', id) : id;
    }),
  },
});

/** By something that a job has, rather a young one. */
const filterOf = (r: Random, ledger: Ledger) => {
  const job = ledger.jobs.get(jobId(r, ledger));
  const plain = job?.parent ?? job;
  const created = String((plain?.createdAt ?? 1) + r.pick([-1, 0, 1]));
  const names = ['al*', 'ALPHA*', 'beta-1*', plain?.name ?? 'none', plain?.name.toUpperCase() ?? '*'];
  const definitions = ['d*', 'd0', 'd1', 'D0', plain?.spec.definition ?? 'd2'];
  return r.pick([
    { name: 'JOB_NAME', values: [r.pick(names)] },
    { name: 'JOB_DEFINITION', values: [r.pick(definitions)] },
    { name: 'BEFORE_CREATED_AT', values: [created] },
    { name: 'AFTER_CREATED_AT', values: [created] },
  ]);
};

/** What one walk through a list asks for. */
export const listed: Make = (r, ledger) => {
  const wholes = ledger.submitted.filter((job) => job.children.length > 0 && !job.gone);
  const whole = wholes.length > 0 && r.chance(0.4) ? r.pick(wholes) : undefined;
  const swapped = r.chance(0.02);
  const selector = whole
    ? { [whole.nodes > 0 !== swapped ? 'multiNodeJobId' : 'arrayJobId']: whole.id }
    : { jobQueue: asArn(r, 'job-queue', known(r, ledger.queues, 'nobody')) };
  return {
    operation: 'ListJobs',
    input: {
      ...selector,
      ...('jobQueue' in selector && r.chance(0.25)
        ? { filters: [filterOf(r, ledger)], ...(r.chance(0.2) && { jobStatus: r.pick(STATES) }) }
        : { ...(r.chance(0.85) && { jobStatus: r.pick(STATES) }) }),
      ...(r.chance(0.8) && { maxResults: r.skewed(1, 50) }),
    },
  };
};
