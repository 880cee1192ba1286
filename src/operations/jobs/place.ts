import type { ContainerSpec, Resources } from '../../domain/container.ts';
import type { JobSpec } from '../../domain/job-spec.ts';
import { stateOf } from '../../domain/job-state.ts';
import { nextState } from '../../domain/life.ts';
import { nodeContainer } from '../../domain/nodes.ts';
import { type JobPlace, serviceEnvironment } from '../../domain/service-environment.ts';
import type { StartOrder } from '../../engines/engine.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Placement } from '../../scheduler/snapshot.ts';
import { type FoundJob, jobBySeq, setRecalled, setStarting, setStop } from '../../store/jobs.ts';
import type { TaskRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { deleteTask, insertTask } from '../../store/tasks.ts';
import type { Service } from '../service.ts';
import { jobIdOf } from './detail.ts';
import { Endings } from './end.ts';
import { nameStream } from './name-stream.ts';
import { placeNodes } from './nodes.ts';

/** Where nodes that share the host's network find the main one (J-126); an engine that parts them says better. */
const MAIN_ADDRESS = '127.0.0.1';

/**
 * Writes the intent to run a job's next attempt; undefined when the job is no longer RUNNABLE, and for the nodes of a
 * multi-node job, which start in an order of their own.
 */
export const placeJob = async (
  service: Service,
  tx: Tx,
  placement: Placement,
  asks: Resources,
  specOf: (tx: Tx, id: number) => Promise<JobSpec>,
): Promise<StartOrder | undefined> => {
  const job = (await jobBySeq(tx, placement.job))!;
  if (nextState(stateOf(job.state), 'placed') === undefined) return undefined;
  const spec = await specOf(tx, job.spec);
  if (spec.nodes) {
    await placeNodes(service, tx, job, placement, spec);
    return undefined;
  }
  const attempt = job.attempt + 1;
  const id = service.ids.hex(32);
  const logStream = await nameStream(service, tx, spec.definitionName, id, spec.container);
  await insertTask(tx, {
    id,
    job: job.seq,
    attempt,
    environment: placement.environment,
    ...asks,
    logStream,
    createdAt: service.clock.wall(),
    after: placement.after ?? null,
    instance: placement.instances[0]!,
    held: 0,
  });
  await setStarting(tx, job.seq, attempt);
  return orderOf(
    service,
    tx,
    job,
    { id, attempt, environment: placement.environment, after: placement.after },
    spec,
  );
};

/** The order for a task that is written down: the same each time it is asked again. */
export const orderOf = async (
  service: Service,
  tx: Tx,
  job: FoundJob,
  task: { id: string; attempt: number; environment: number; after: string | undefined },
  spec: JobSpec,
): Promise<StartOrder> => {
  const jobId = jobIdOf(job);
  const { name: environmentName } = await service.places.environment(tx, task.environment);
  const queueName = await service.places.queueName(tx, job.queue);
  const container = spec.nodes && job.role > 0 ? nodeContainer(spec.nodes, job.idx) : spec.container;
  const verdicts = service.engine.judge(container);
  const unused = verdicts.filter((v) => v.kind === 'unused').map((v) => v.member);
  return {
    taskId: task.id,
    container,
    serviceEnvironment: serviceEnvironment({
      jobId,
      queueName,
      environmentName,
      attempt: task.attempt,
      ...partOf(job, spec),
    }),
    jobId,
    attempt: task.attempt,
    preamble: [...preamble(service, container, unused)],
    ...(task.after !== undefined && { after: task.after }),
    ...nodeOf(job, spec),
  };
};

const nodeOf = (job: FoundJob, { nodes }: JobSpec): Pick<StartOrder, 'node'> =>
  nodes && job.role > 0 ? { node: { job: job.parent_id!, index: job.idx, mainNode: nodes.mainNode } } : {};

/** What a child knows of its array, a node of its multi-node job. */
const partOf = (job: FoundJob, { nodes }: JobSpec): Partial<JobPlace> => {
  if (nodes && job.role > 0) {
    const { numNodes, mainNode } = nodes;
    return { node: { index: job.idx, numNodes, mainNode, mainAddress: MAIN_ADDRESS } };
  }
  return job.parent > 0 ? { array: { index: job.idx, size: job.parent_size } } : {};
};

/** What the log's first line says: members without a meaning here, and CPUs asked that are not there. */
const preamble = (service: Service, container: ContainerSpec, unused: readonly string[]): string[] => {
  const parts = [];
  if (unused.length > 0) parts.push(`the ${service.engine.name} engine does not use ${unused.join(', ')}`);
  const shortfall = service.shortfall(container);
  if (shortfall) parts.push(shortfall);
  return parts.length > 0 ? [`longshore: ${parts.join('; ')}`] : [];
};

/**
 * Takes a task back that never began: the job is in line again and the attempt does not count. One that was told to
 * stop meanwhile, or whose array was, ends here: it would wait for ever.
 */
export const unplaceTask = async (tx: Tx, task: TaskRow, clock: Clock): Promise<void> => {
  const job = (await jobBySeq(tx, task.job))!;
  await deleteTask(tx, task);
  if ((await setRecalled(tx, job.seq, task.attempt - 1)) === 0) return;
  const kind = job.stop_kind || job.parent_stop_kind;
  if (kind === 0) return;
  const reason = job.stop_reason ?? job.parent_stop_reason ?? '';
  await setStop(tx, job.seq, kind, reason);
  const endings = new Endings(tx, clock);
  // by a stop of its own from now on: it had not been shown as ended
  await endings.withdraw({ ...job, stop_kind: kind, stop_reason: reason }, clock.wall(), reason);
  await endings.finish();
};
