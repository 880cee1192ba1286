import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './rounds.ts';
import { type BenchServer, setUp, sleep, startBenchServer } from './server.ts';

export const PAUSE_MILLISECONDS = 150;
/** `date +%s%N`: what it prints is when it ran. */
export const DATE = '/bin/date';

/** Wall milliseconds with a fraction. */
const now = (): number => performance.timeOrigin + performance.now();

const runOne = async (server: BenchServer): Promise<number> => {
  const { jobId } = await server.batch.submitJob({ jobName: 'j', jobQueue: 'q', jobDefinition: 'd' });
  const answered = now();
  for (;;) {
    await sleep(PAUSE_MILLISECONDS);
    const { jobs: [job] = [] } = await server.batch.describeJobs({ jobs: [jobId!] });
    if (job?.status === 'FAILED') throw new Error(job.statusReason);
    if (job?.status !== 'SUCCEEDED') continue;
    const taskId = job.container!.taskArn!.split('/').at(-1)!;
    return printedAt(server, taskId) - answered;
  }
};

const printedAt = (server: BenchServer, taskId: string): number => {
  const text = readFileSync(join(server.dataDir, 'logs', taskId.slice(-2), `${taskId}.log`), 'utf8');
  return Number(/^(\d{19})$/m.exec(text)![1]) / 1e6;
};

/**
 * From SubmitJob's answer to the process running, on an idle server of its own that has run as many before: the median of so many jobs, in
 * milliseconds. `root`: the checkout whose server it is.
 */
export const startLatency = async (jobs: number, root = '.'): Promise<number> => {
  const server = await startBenchServer([], root);
  await setUp(server, [DATE, '+%s%N']);
  for (let i = 0; i < jobs; i++) await runOne(server);
  const took: number[] = [];
  for (let i = 0; i < jobs; i++) took.push(await runOne(server));
  await server.stop();
  return median(took);
};
