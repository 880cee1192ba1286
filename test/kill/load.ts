import { setTimeout as sleep } from 'node:timers/promises';
import { SubmitJobCommand, type SubmitJobCommandInput, TerminateJobCommand } from '@aws-sdk/client-batch';
import type { Chance } from './chance.ts';
import { SHARES } from './prepare.ts';
import { asking, wrongNow } from './tokens.ts';
import type { Victim } from './victim.ts';

/** What the clients know: only what was answered. */
export interface Answered {
  readonly jobs: string[];
  /** The size of each of them that is an array. */
  readonly sizes: Map<string, number>;
  /** Whose each of them is; undefined in a queue without shares. */
  readonly shares: Map<string, string | undefined>;
  /** Told to end: an attempt of theirs may have been stopped before it wrote its line. */
  readonly terminated: Set<string>;
  /** What was seen wrong on the way. */
  readonly wrong: string[];
  /** Plain jobs that would run for longer than they may. */
  readonly endless: Set<string>;
}

/** The shortest limit that a job may have, in seconds. */
export const LIMIT = 60;

/** Submits until it is told to stop, one request after the other; a server that is down is asked again. */
export const load = async (
  victim: Victim,
  chance: Chance,
  answered: Answered,
  { going, limits }: { readonly going: () => boolean; readonly limits: boolean },
): Promise<void> => {
  while (going()) {
    try {
      await one(victim, chance, answered, limits);
      await sleep(chance.between(10, 100));
    } catch (error) {
      if (!isLostConnection(error as Error)) throw error;
      await sleep(50);
    }
  }
};

const one = async (
  { client }: Victim,
  chance: Chance,
  answered: Answered,
  limits: boolean,
): Promise<void> => {
  const known = answered.jobs.at(-1 - chance.between(0, 5));
  if (known && chance.next() < 0.05) {
    answered.terminated.add(known);
    await client.send(new TerminateJobCommand({ jobId: known, reason: 'the test has enough of it' }));
    return;
  }
  if (chance.next() < 0.1) answered.wrong.push(...(await wrongNow(client)));
  const endless = limits && chance.next() < 0.01;
  const input = endless ? ENDLESS : drawn(chance, answered, known);
  const { jobId } = await client.send(new SubmitJobCommand({ ...input, jobName: 'kill' }));
  answered.jobs.push(jobId!);
  if (input.arrayProperties) answered.sizes.set(jobId!, input.arrayProperties.size!);
  answered.shares.set(jobId!, input.shareIdentifier);
  if (endless) answered.endless.add(jobId!);
};

type Input = Omit<SubmitJobCommandInput, 'jobName'>;

/** It is not tried again, though it may. */
const ENDLESS: Input = {
  jobQueue: 'q',
  jobDefinition: 'd',
  parameters: { seconds: '1000' },
  timeout: { attemptDurationSeconds: LIMIT },
  retryStrategy: { attempts: 3 },
};

const drawn = (chance: Chance, answered: Answered, known: string | undefined): Input => {
  const attempts = chance.between(1, 4);
  const good = chance.next() < 0.1 ? attempts + 1 : chance.between(1, attempts + 1);
  const parameters = { seconds: chance.pick(['0', '0', '0.05', '0.3', '1']), good: String(good) };
  const common = {
    parameters,
    retryStrategy: { attempts },
    ...asking(chance),
    ...(chance.next() < 0.3 && { timeout: { attemptDurationSeconds: LIMIT } }),
  };
  const dependsOn = known && chance.next() < 0.2 ? [{ jobId: known }] : [];
  const kind = chance.next();
  if (kind < 0.12) return { ...common, jobQueue: 'nodes', jobDefinition: 'nodes', dependsOn };
  const array = { ...common, jobDefinition: 'd', ...inQueue(chance) };
  if (kind >= 0.35) return { ...array, dependsOn };
  const size = chance.between(2, 5);
  const pair = chance.pick([...answered.sizes].slice(-5).filter(([, other]) => other === size));
  const inner = [
    ...(pair && chance.next() < 0.5 ? [{ jobId: pair[0], type: 'N_TO_N' as const }] : []),
    ...(chance.next() < 0.3 ? [{ type: 'SEQUENTIAL' as const }] : []),
  ];
  return { ...array, arrayProperties: { size }, dependsOn: [...dependsOn, ...inner] };
};

/** In one without shares, or of one of three, some of them urgent. */
const inQueue = (chance: Chance) =>
  chance.next() < 0.5
    ? { jobQueue: 'q' }
    : {
        jobQueue: 'shared',
        shareIdentifier: chance.pick(SHARES),
        schedulingPriorityOverride: chance.pick([0, 0, 9]),
      };

/** The server died before, while or after it did what was asked; nobody knows. */
const isLostConnection = (
  error: Error & { code?: string; $metadata?: { httpStatusCode?: number } },
): boolean =>
  ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'TimeoutError', 'UND_ERR_SOCKET'].includes(
    error.code ?? error.name,
  ) || /socket hang up|ECONN|other side closed/.test(`${error.message} ${String(error.cause ?? '')}`);
