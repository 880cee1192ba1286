import type { Batch } from '@aws-sdk/client-batch';
import { UsageError } from '../main/config.ts';

/** The environment and queue that `run` and `demo` make when there are none. */
export const DEFAULT_QUEUE = 'default';

/** Makes the queue, with an environment of the same name, unless it is there. Several may do so at once. */
export const ensureQueue = async (batch: Batch, queue: string): Promise<void> => {
  if (await hasQueue(batch, queue)) return;
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(queue)) {
    throw new UsageError(
      `--queue: there is no queue '${queue}', and a new one's name takes up to 128 letters, digits, - and _`,
    );
  }
  await unlessThere(
    () => createEnvironment(batch, queue),
    () => hasEnvironment(batch, queue),
  );
  await unlessThere(
    () => createQueue(batch, queue),
    () => hasQueue(batch, queue),
  );
};

/** A refused creation is none when another made the same meanwhile. */
const unlessThere = async (
  create: () => Promise<unknown>,
  isThere: () => Promise<boolean>,
): Promise<void> => {
  if (await isThere()) return;
  try {
    await create();
  } catch (error) {
    if (!(await isThere())) throw error;
  }
};

const hasQueue = async (batch: Batch, queue: string): Promise<boolean> =>
  ((await batch.describeJobQueues({ jobQueues: [queue] })).jobQueues ?? []).length > 0;

const hasEnvironment = async (batch: Batch, name: string): Promise<boolean> => {
  const { computeEnvironments = [] } = await batch.describeComputeEnvironments({
    computeEnvironments: [name],
  });
  return computeEnvironments.length > 0;
};

const createEnvironment = (batch: Batch, name: string) =>
  batch.createComputeEnvironment({
    computeEnvironmentName: name,
    // the machine as it is: instances would leave what does not fill one unused
    type: 'UNMANAGED',
    serviceRole: 'AWSBatchServiceRole',
  });

const createQueue = (batch: Batch, queue: string) =>
  batch.createJobQueue({
    jobQueueName: queue,
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: queue }],
  });
