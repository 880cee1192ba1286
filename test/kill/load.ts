import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  RegisterJobDefinitionCommand,
  SubmitJobCommand,
  TerminateJobCommand,
} from '@aws-sdk/client-batch';
import type { Chance } from './chance.ts';
import type { Victim } from './victim.ts';

/** What the clients know: only what was answered. */
export interface Answered {
  readonly jobs: string[];
  /** Told to end: an attempt of theirs may have been stopped before it wrote its line. */
  readonly terminated: Set<string>;
}

/** Appends one line, in one write, that names the attempt; then it takes its time and ends as it is told. */
const script = (file: string): string =>
  `echo "$LONGSHORE_TASK_ID $AWS_BATCH_JOB_ID $AWS_BATCH_JOB_ATTEMPT" >>'${file}'; sleep "$0"; ` +
  '[ "$AWS_BATCH_JOB_ATTEMPT" -ge "$1" ]';

export const prepare = async ({ client }: Victim, file: string): Promise<void> => {
  await client.send(
    new CreateComputeEnvironmentCommand({
      computeEnvironmentName: 'e',
      type: 'UNMANAGED',
      serviceRole: 'service',
    }),
  );
  await client.send(
    new CreateJobQueueCommand({
      jobQueueName: 'q',
      priority: 1,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
    }),
  );
  await client.send(
    new RegisterJobDefinitionCommand({
      jobDefinitionName: 'd',
      type: 'container',
      parameters: { seconds: '0', good: '1' },
      containerProperties: {
        image: 'none',
        vcpus: 1,
        memory: 16,
        command: ['sh', '-c', script(file), 'Ref::seconds', 'Ref::good'],
      },
    }),
  );
};

/** Submits until it is told to stop, one request after the other; a server that is down is asked again. */
export const load = async (
  victim: Victim,
  chance: Chance,
  answered: Answered,
  going: () => boolean,
): Promise<void> => {
  while (going()) {
    try {
      await one(victim, chance, answered);
      await sleep(chance.between(10, 100));
    } catch (error) {
      if (!isLostConnection(error as Error)) throw error;
      await sleep(50);
    }
  }
};

const one = async ({ client }: Victim, chance: Chance, answered: Answered): Promise<void> => {
  const known = answered.jobs.at(-1 - chance.between(0, 5));
  if (known && chance.next() < 0.05) {
    answered.terminated.add(known);
    await client.send(new TerminateJobCommand({ jobId: known, reason: 'the test has enough of it' }));
    return;
  }
  const attempts = chance.between(1, 4);
  const good = chance.next() < 0.1 ? attempts + 1 : chance.between(1, attempts + 1);
  const { jobId } = await client.send(
    new SubmitJobCommand({
      jobName: 'kill',
      jobQueue: 'q',
      jobDefinition: 'd',
      parameters: { seconds: chance.pick(['0', '0', '0.05', '0.3', '1']), good: String(good) },
      retryStrategy: { attempts },
      ...(chance.next() < 0.15 && { arrayProperties: { size: chance.between(2, 5) } }),
      ...(known && chance.next() < 0.2 && { dependsOn: [{ jobId: known }] }),
    }),
  );
  answered.jobs.push(jobId!);
};

/** The server died before, while or after it did what was asked; nobody knows. */
const isLostConnection = (
  error: Error & { code?: string; $metadata?: { httpStatusCode?: number } },
): boolean =>
  ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'TimeoutError', 'UND_ERR_SOCKET'].includes(
    error.code ?? error.name,
  ) || /socket hang up|ECONN|other side closed/.test(`${error.message} ${String(error.cause ?? '')}`);
