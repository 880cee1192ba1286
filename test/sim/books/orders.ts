import { nameOf } from './jobs.ts';
import type { Wire } from './model.ts';
import { type Job, must, type Task } from './model.ts';
import type { Ledger } from './requests.ts';
import { same } from './resources.ts';

/* What an engine is told to start, all of it: what the job says that its task is of, and what the reference adds. */

/** The engine was given an order; of a task that the books know. */
export const checkOrder = (ledger: Ledger, order: Wire): void => {
  const task = ledger.started.get(order.taskId);
  must(task !== undefined, 'an order is as its job says', () => `nobody placed ${order.taskId}`);
  const { job, behind } = task!;
  must(behind.has(order.after ?? ''), 'an order is as its job says', () => {
    return `${nameOf(job)}: ${order.taskId} stands behind ${order.after}, not one of ${[...behind]}`;
  });
  const { after: _, host, ...whole } = order;
  const kept = ledger.floor.hostOf(task!.instance);
  must(host === undefined || kept === undefined || host === kept, 'an order is as its job says', () => {
    return `${order.taskId} is to run on ${host}, it was placed on ${kept}`;
  });
  // of what was recalled before anybody looked the row is gone, and with it what it said
  const seen = task!.attempt > 0 ? task! : { ...task!, ...placeIn(ledger, order) };
  same('an order is as its job says', whole, orderKept(ledger, seen));
};

/** The attempt and the environment that an order itself tells of. */
const placeIn = (ledger: Ledger, { attempt, jobVariables }: Wire) => ({
  attempt,
  environment:
    [...ledger.environmentBySeq.values()].find(({ name }) => name === jobVariables.AWS_BATCH_CE_NAME)?.seq ??
    0,
});

const orderKept = (ledger: Ledger, { id, job, spec, attempt, environment }: Task): Wire => ({
  taskId: id,
  container: spec.container,
  jobVariables: {
    AWS_BATCH_JOB_ID: job.id,
    AWS_BATCH_JQ_NAME: job.queue.name,
    AWS_BATCH_CE_NAME: ledger.environmentBySeq.get(environment)?.name,
    AWS_BATCH_JOB_ATTEMPT: String(attempt),
    AWS_EXECUTION_ENV: 'AWS_ECS_EC2',
    ...partOf(job),
  },
  jobId: job.id,
  attempt,
  ...(job.role !== 'none' && {
    node: { job: job.parent!.id, index: job.index, mainNode: job.parent!.nodesShown.mainNode },
  }),
});

/** What a child is told of its array, a node of its job. Where the main node is, the others are told. */
const partOf = ({ role, parent, index }: Job): Wire => {
  if (role !== 'none') {
    return {
      AWS_BATCH_JOB_NODE_INDEX: String(index),
      AWS_BATCH_JOB_NUM_NODES: String(parent!.nodes),
      AWS_BATCH_JOB_MAIN_NODE_INDEX: String(parent!.nodesShown.mainNode),
      ...(role === 'other' && { AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS: '127.0.0.1' }),
    };
  }
  return (
    parent && { AWS_BATCH_JOB_ARRAY_INDEX: String(index), AWS_BATCH_JOB_ARRAY_SIZE: String(parent.size) }
  );
};

/** What a task of the world prints when it begins: what it was told to be. */
export const begunLine = (jobId: string, attempt: number, { image, command, environment }: Wire): string =>
  `${jobId} #${attempt}: ${JSON.stringify([image, command, environment])}`;
