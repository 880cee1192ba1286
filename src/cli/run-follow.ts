import { createInterface } from 'node:readline/promises';
import type { Batch, JobDetail } from '@aws-sdk/client-batch';
import { failedGroups, failedLines } from './array-lines.ts';
import { endingOf } from './ended-lines.ts';
import { plainReason } from './ending.ts';
import { RUN_FAILED } from './exit-codes.ts';
import { describeJob, followLog, isOver, pause } from './follow.ts';
import { askOwn } from './own-operations.ts';
import { containerEnd } from './pod-job.ts';
import { Progress } from './progress.ts';
import type { Clients } from './target.ts';

/** How a job's wait ended: it runs or has ended, or `run` gives up on it. */
type Wait = 'over' | 'given up';

/** Follows a job to its end; resolves to the exit code. `patience`: seconds that it may take to start. */
export const ranJob = async (
  { batch, logs }: Clients,
  jobId: string,
  patience: number | undefined,
): Promise<number> => {
  if ((await started(batch, jobId, patience)) === 'given up') return RUN_FAILED;
  return exitCodeOf(await followLog(batch, logs, jobId));
};

/** The same of an array, with its progress, and at the end which children failed. */
export const ranArray = async (
  batch: Batch,
  jobId: string,
  patience: number | undefined,
): Promise<number> => {
  const progress = new Progress(process.stderr, () => performance.now());
  const deadline = deadlineOf(patience);
  for (;;) {
    const job = await describeJob(batch, jobId);
    const counts = job.arrayProperties?.statusSummary ?? {};
    progress.show(counts);
    if (isOver(job)) break;
    const hasBegun = job.startedAt !== undefined || (counts.RUNNING ?? 0) + (counts.STARTING ?? 0) > 0;
    if (!hasBegun && performance.now() > deadline) return giveUp(batch, jobId, patience!);
    await pause();
  }
  progress.end();
  const job = await describeJob(batch, jobId);
  const failed = job.status === 'FAILED' ? await failedGroups(batch, jobId) : [];
  for (const line of failedLines(jobId, failed)) process.stderr.write(`${line}\n`);
  return exitCodeOf(job);
};

const deadlineOf = (patience: number | undefined): number =>
  patience === undefined ? Number.POSITIVE_INFINITY : performance.now() + patience * 1000;

/** Says why it waits, once for each reason. */
const started = async (batch: Batch, jobId: string, patience: number | undefined): Promise<Wait> => {
  const deadline = deadlineOf(patience);
  let said = '';
  let stays = false;
  for (;;) {
    const job = await describeJob(batch, jobId);
    if (!waits(job)) return 'over';
    const why = plainReason(job.statusReason ?? '');
    if (why !== '' && why !== said)
      process.stderr.write(`${why.startsWith('waits ') ? '' : 'waits: '}${why}\n`);
    if (why !== said && !stays && job.status === 'RUNNABLE' && (await neverRuns(batch, jobId))) {
      stays = await wantsToStay();
      if (!stays) return giveUpForGood(batch, jobId, why);
    }
    said = why;
    if (performance.now() > deadline) {
      await giveUp(batch, jobId, patience!);
      return 'given up';
    }
    await pause();
  }
};

const waits = ({ status }: JobDetail): boolean =>
  status === 'SUBMITTED' || status === 'PENDING' || status === 'RUNNABLE' || status === 'STARTING';

const neverRuns = async (batch: Batch, jobId: string): Promise<boolean> =>
  (await askOwn<{ why?: { never?: boolean } }>(batch, 'explainjob', { jobId })).why?.never === true;

/** Somebody may be about to make room for it; where nobody can be asked, nobody is. */
const wantsToStay = async (): Promise<boolean> => {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('it can never run as things are: wait all the same? [y/N] ');
  terminal.close();
  return /^y/i.test(answer);
};

const giveUpForGood = async (batch: Batch, jobId: string, why: string): Promise<Wait> => {
  await batch.terminateJob({ jobId, reason: `it can never run: ${why}`.slice(0, 1024) });
  process.stderr.write(
    `longshore: ${jobId} can never run, and was stopped: longshore status shows what there is\n`,
  );
  return 'given up';
};

const giveUp = async (batch: Batch, jobId: string, patience: number): Promise<number> => {
  await batch.terminateJob({ jobId, reason: `not started within ${patience} s` });
  process.stderr.write(`longshore: ${jobId} has not started within ${patience} s, and was stopped\n`);
  return RUN_FAILED;
};

const exitCodeOf = (job: JobDetail): number => {
  if (job.status === 'SUCCEEDED') return 0;
  const { exitCode } = containerEnd(job);
  process.stderr.write(`FAILED: ${endingOf(job)}\n`);
  return exitCode === undefined || exitCode === 0 ? 1 : exitCode;
};
