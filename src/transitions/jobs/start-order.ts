import { jobIdOf } from '../../domain/job-id.ts';
import type { JobSpec } from '../../domain/job-spec.ts';
import { type JobPlace, jobVariables } from '../../domain/job-variables.ts';
import { nodeContainer } from '../../domain/node-groups.ts';
import { isNode } from '../../domain/node-roles.ts';
import type { StartOrder } from '../../engines/engine.ts';
import type { Service } from '../../service/service.ts';
import { instanceById } from '../../store/instance-rows.ts';
import type { FoundJob } from '../../store/job-rows.ts';
import type { Tx } from '../../store/store.ts';

/** Where nodes that share the host's network find the main one (J-126); an engine that parts them says better. */
const MAIN_ADDRESS = '127.0.0.1';

/** A task as its order tells of it. */
interface OrderedTask {
  readonly id: string;
  readonly attempt: number;
  readonly environment: number;
  /** The task whose room it takes; null when it has its own. */
  readonly after: string | null;
  readonly instance: string;
}

/** The order for a task that is written down: the same each time it is asked again. */
export const orderOf = async (
  service: Service,
  tx: Tx,
  job: FoundJob,
  task: OrderedTask,
): Promise<StartOrder> => {
  const spec = await service.specs.of(tx, job.spec);
  const jobId = jobIdOf(job);
  const { name: environmentName, uuid } = await service.names.environment(tx, task.environment);
  const queueName = await service.names.queueName(tx, job.queue);
  const container = spec.nodes && isNode(job) ? nodeContainer(spec.nodes, job.idx) : spec.container;
  return {
    taskId: task.id,
    container,
    jobVariables: jobVariables({
      jobId,
      queueName,
      environmentName,
      attempt: task.attempt,
      ...partOf(job, spec),
    }),
    jobId,
    attempt: task.attempt,
    ...(task.after !== null && { after: task.after }),
    ...nodeOf(job, spec),
    ...(container.podProperties && { environmentUuid: uuid }),
    ...(service.engine.hosts && (await hostOf(tx, task))),
  };
};

const hostOf = async (tx: Tx, { instance }: OrderedTask): Promise<Pick<StartOrder, 'host'>> => {
  const found = await instanceById(tx, instance);
  return found ? { host: found.host } : {};
};

const nodeOf = (job: FoundJob, { nodes }: JobSpec): Pick<StartOrder, 'node'> =>
  nodes && isNode(job) ? { node: { job: job.parent_id!, index: job.idx, mainNode: nodes.mainNode } } : {};

/** What a child knows of its array, a node of its multi-node job. */
const partOf = (job: FoundJob, { nodes }: JobSpec): Partial<JobPlace> => {
  if (nodes && isNode(job)) {
    const { numNodes, mainNode } = nodes;
    return { node: { index: job.idx, numNodes, mainNode, mainAddress: MAIN_ADDRESS } };
  }
  return job.parent > 0 ? { array: { index: job.idx, size: job.parent_size } } : {};
};
