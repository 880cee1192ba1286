import { cpSync, existsSync, opendirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Batch, JobDetail } from '@aws-sdk/client-batch';
import type { Command } from 'commander';
import { CHILD_FAILED_REASON } from '../domain/stop-kinds.ts';
import { UsageError } from '../main/config.ts';
import { onStage, type Stage } from './demo-server.ts';
import { demoTeams } from './demo-teams.ts';
import { isOver, pause } from './follow.ts';
import { ensureQueue } from './setup.ts';

const CHILDREN = 24;
const TEAMS_SECONDS = 60;

export const demoCommand = (program: Command, exit: (code: number) => void): void => {
  program
    .command('demo')
    .description('do real work on real input: count the lines of a source tree, by an array job and a report')
    .option('--input <dir>', "the folder to read (default: the project's own installed dependencies)")
    .option('--teams', 'show how three teams share a queue by weight for a minute instead')
    .action(async (options: { readonly input?: string; readonly teams?: boolean }) => {
      if (options.teams && options.input !== undefined) throw new UsageError('--teams reads no --input');
      if (options.teams) return exit(await demoTeams(TEAMS_SECONDS));
      const input = resolve(options.input ?? dependencies());
      if (!existsSync(input) || !statSync(input).isDirectory())
        throw new UsageError(`--input ${input} is no folder`);
      if (!hasFile(input)) throw new UsageError(`--input ${input} has no files to count`);
      exit(await demo(input));
    });
};

/** Whether there is a file at any depth: links are not followed, as by the demo's jobs. */
const hasFile = (folder: string): boolean => {
  const entries = opendirSync(folder, { recursive: true });
  try {
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync())
      if (entry.isFile()) return true;
    return false;
  } finally {
    entries.closeSync();
  }
};

/** The nearest node_modules above this file. */
const dependencies = (): string => {
  for (const up of ['../../node_modules', '../../../node_modules', '../../../..']) {
    const path = fileURLToPath(new URL(up, import.meta.url));
    if (path.endsWith('node_modules') && existsSync(path)) return path;
  }
  throw new UsageError('no installed dependencies were found: give --input DIR');
};

const demo = (input: string): Promise<number> =>
  onStage(async (stage) => {
    cpSync(fileURLToPath(new URL('demo-worker.mjs', import.meta.url)), join(stage.folder, 'worker.mjs'));
    return work(stage, input);
  });

const work = async ({ batch, folder, interrupt }: Stage, input: string): Promise<number> => {
  await ensureQueue(batch, 'demo');
  const began = performance.now();
  const countId = await submit(batch, folder, input, 'count', { arrayProperties: { size: CHILDREN } });
  const reportId = await submit(batch, folder, input, 'report', { dependsOn: [{ jobId: countId }] });
  console.log(`array job ${countId}: ${CHILDREN} children, each counts a share of the files under ${input}`);
  console.log(`job ${reportId} waits for it and puts the shares together`);
  const failed = await watch(batch, countId, reportId, interrupt);
  const seconds = (performance.now() - began) / 1000;
  if (failed !== undefined) {
    console.log(`FAILED: ${failed}`);
    return 1;
  }
  console.log(readFileSync(join(folder, 'report.txt'), 'utf8'));
  const busy = await busySeconds(batch, countId);
  console.log(
    `${seconds.toFixed(2)} s from the first submit to the report; the children ran for ${busy.toFixed(2)} s in all: ` +
      `${(busy / seconds).toFixed(2)} times as fast as one after another`,
  );
  return 0;
};

const submit = async (
  batch: Batch,
  folder: string,
  input: string,
  part: 'count' | 'report',
  more: { arrayProperties?: { size: number }; dependsOn?: { jobId: string }[] },
): Promise<string> => {
  await batch.registerJobDefinition({
    jobDefinitionName: part,
    type: 'container',
    parameters: { part },
    containerProperties: {
      image: 'none',
      vcpus: 1,
      memory: 512,
      command: [process.execPath, join(folder, 'worker.mjs'), 'Ref::part', input, folder],
    },
  });
  const { jobId } = await batch.submitJob({ jobName: part, jobQueue: 'demo', jobDefinition: part, ...more });
  return jobId!;
};

/** Shows how it goes until both are over; resolves to the reason when one failed. Interrupted, it ends both first. */
const watch = async (
  batch: Batch,
  countId: string,
  reportId: string,
  interrupt: AbortSignal,
): Promise<string | undefined> => {
  let shown = '';
  let ending = false;
  for (;;) {
    if (interrupt.aborted && !ending) {
      ending = true;
      for (const jobId of [reportId, countId]) await batch.terminateJob({ jobId, reason: 'interrupted' });
    }
    const { jobs = [] } = await batch.describeJobs({ jobs: [countId, reportId] });
    const [count, report] = jobs;
    const states = Object.entries(count?.arrayProperties?.statusSummary ?? {}).filter(([, n]) => n > 0);
    const text = `count: ${states.map(([state, n]) => `${n} ${state}`).join(', ')}; report: ${report?.status}`;
    if (text !== shown) console.log(`  ${text}`);
    shown = text;
    if (jobs.every(isOver)) return whyOf(batch, jobs);
    await pause(100);
  }
};

/** Why the first of them that failed did: an array's reason is that of a child. Undefined when none did. */
const whyOf = async (batch: Batch, jobs: readonly JobDetail[]): Promise<string | undefined> => {
  const failed = jobs.find((job) => job.status === 'FAILED');
  if (failed?.statusReason !== CHILD_FAILED_REASON) return failed?.statusReason;
  const { jobSummaryList } = await batch.listJobs({ arrayJobId: failed.jobId!, jobStatus: 'FAILED' });
  const child = jobSummaryList?.[0];
  if (!child) return failed.statusReason;
  const { exitCode, reason } = child.container ?? {};
  const said = [child.statusReason, reason, exitCode === undefined ? undefined : `exit code ${exitCode}`];
  return `${failed.statusReason}: ${child.jobId}: ${said.filter(Boolean).join('; ')}`;
};

const busySeconds = async (batch: Batch, countId: string): Promise<number> => {
  const ids = Array.from({ length: CHILDREN }, (_, i) => `${countId}:${i}`);
  const { jobs = [] } = await batch.describeJobs({ jobs: ids });
  return jobs.reduce((sum, job) => sum + (job.stoppedAt! - job.startedAt!), 0) / 1000;
};
