import { jobArn } from '../../domain/arn.ts';
import { parseJobId } from '../../domain/job-id.ts';
import { childSeq, taggedSeq } from '../../domain/job-seq.ts';
import type { JobSpec } from '../../domain/job-spec.ts';
import { isWaiting, stateOf } from '../../domain/job-state.ts';
import { isNode } from '../../domain/node-roles.ts';
import { refuse, refuseWrapped } from '../../domain/refusal.ts';
import type { Tags } from '../../domain/tags.ts';
import type { EnvironmentNames } from '../../service/names.ts';
import type { Operation, Service } from '../../service/service.ts';
import { childrenByState } from '../../store/child-rows.ts';
import { findJobs, jobBySeq, type ShownJob } from '../../store/job-rows.ts';
import { countedAs, Stops } from '../../store/stops-in-force.ts';
import type { Tx } from '../../store/store.ts';
import { tagsOfAll } from '../../store/tag-rows.ts';
import { attemptsOfAll, type PlacedTask } from '../../store/task-rows.ts';
import { type Looks, waitFacts } from '../../why/facts.ts';
import { QueuePositions } from '../../why/position.ts';
import { waitText } from '../../why/words.ts';
import { jobDetail } from './detail.ts';
import { mayHaveAttempts } from './scheduled-at.ts';

/** DescribeJobs, p. 39: in the order asked, unknown ids left out, repeated ones once (J-269 to J-273). */
export const describeJobs: Operation<{ readonly jobs?: readonly string[] }> = async (service, input) => {
  if (!input.jobs)
    return refuse("jobs is required: a list of up to 100 job ids, such as ['<uuid>', '<uuid>:<index>']");
  if (input.jobs.length > 100) return refuseWrapped('Maximum number of jobs supported is  100');
  const prefix = jobArn(service.account, '');
  const ids = new Set(input.jobs.map((id) => (id.startsWith(prefix) ? id.slice(prefix.length) : id)));
  return service.store.read(async (tx) => {
    const looks = { positions: new QueuePositions(tx, service), stops: new Stops(tx) };
    const found = await findJobs(
      tx,
      [...ids].flatMap((id) => parseJobId(id) ?? []),
    );
    const { names, specs } = service;
    const specOf = await eachOnce(found, 'spec', (spec) => specs.of(tx, spec));
    const together: ReadOfAll = {
      specs: specOf,
      queues: await eachOnce(found, 'queue', (queue) => names.queueName(tx, queue)),
      shares: await eachOnce(found, 'share', (share) => names.shareName(tx, share)),
      tags: await tagsOfAll(tx, 'job', found.map(taggedSeq)),
      attempts: await attemptsOfAll(tx, attemptSeqs(found, specOf)),
      parents: await eachOnce(found, 'parent', (parent) => (parent > 0 ? jobBySeq(tx, parent) : NOBODY)),
      now: service.clock.wall(),
    };
    const jobs = [];
    for (const job of found) jobs.push(await describe(service, tx, looks, job, together));
    return { jobs };
  });
};

/** What each job's member leads to, every one read once: most jobs that are asked for together have them in common. */
const eachOnce = async <Value>(
  jobs: readonly ShownJob[],
  member: 'spec' | 'queue' | 'share' | 'parent',
  read: (seq: number) => Promise<Value>,
): Promise<ReadonlyMap<number, Value>> => {
  const known = new Map<number, Value>();
  for (const { [member]: seq } of jobs) if (!known.has(seq)) known.set(seq, await read(seq));
  return known;
};

/** Whose attempts a job shows: a multi-node job those of its main node (J-299). */
const attemptsSeq = ({ seq, nodes }: ShownJob, spec: JobSpec): number =>
  nodes > 0 ? childSeq(seq, spec.nodes!.mainNode) : seq;

/** Of those that may have some, each once: most of what is asked for waits, or is an array. */
const attemptSeqs = (jobs: readonly ShownJob[], specs: ReadOfAll['specs']): number[] => [
  ...new Set(jobs.filter(mayHaveAttempts).map((job) => attemptsSeq(job, specs.get(job.spec)!))),
];

/** What was read of all jobs together. */
interface ReadOfAll {
  readonly specs: ReadonlyMap<number, JobSpec>;
  readonly queues: ReadonlyMap<number, string>;
  readonly shares: ReadonlyMap<number, string | undefined>;
  /** By their owners' seqs. */
  readonly tags: ReadonlyMap<number, Tags>;
  readonly attempts: ReadonlyMap<number, readonly PlacedTask[]>;
  /** Undefined for 0, which is nobody. */
  readonly parents: ReadonlyMap<number, ShownJob | undefined>;
  readonly now: number;
}

const NOBODY = Promise.resolve(undefined);

/* Most jobs that are asked for wait, and have none of these. */
const NO_TASKS: readonly PlacedTask[] = [];
const NO_ENVIRONMENTS: ReadonlyMap<number, EnvironmentNames> = new Map();
const NO_CHILDREN: ReadonlyMap<number, number> = new Map();

const environmentsOf = async (
  service: Service,
  tx: Tx,
  tasks: readonly PlacedTask[],
): Promise<ReadonlyMap<number, EnvironmentNames>> => {
  const found = new Map<number, EnvironmentNames>();
  for (const { environment } of tasks)
    found.set(environment, await service.names.environment(tx, environment));
  return found;
};

const describe = async (
  service: Service,
  tx: Tx,
  looks: Looks,
  row: ShownJob,
  together: ReadOfAll,
): Promise<Record<string, unknown>> => {
  const job = await looks.stops.read(row);
  const spec = together.specs.get(job.spec)!;
  const tasks = together.attempts.get(attemptsSeq(job, spec)) ?? NO_TASKS;
  const environments = tasks.length > 0 ? await environmentsOf(service, tx, tasks) : NO_ENVIRONMENTS;
  const parent = together.parents.get(job.parent);
  // a node waits as its job does, until that has its room
  const isReady = isNode(job) && isWaiting(stateOf(job.state));
  const waits = isReady && parent && isWaiting(stateOf(parent.state)) ? parent : undefined;
  const why = await waitFacts(tx, service, looks, waits ?? job);
  return jobDetail(service.account, {
    job: waits ? { ...job, state: waits.state } : job,
    spec,
    queueName: together.queues.get(job.queue)!,
    share: together.shares.get(job.share),
    tags: together.tags.get(taggedSeq(job))!,
    tasks,
    children:
      job.size > 0
        ? countedAs(await childrenByState(tx, job.seq), await looks.stops.overParts(job))
        : NO_CHILDREN,
    dependsOn: parent ? parent.depends_on : job.depends_on,
    waitReason: why && waitText(why),
    now: together.now,
    cluster: (environment) => environments.get(environment)!.cluster,
    eks: (environment) => environments.get(environment)!.eks,
  });
};
