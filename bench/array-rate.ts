/**
 * 10,000 jobs of one program as one array on two slots, submit to the last SUCCEEDED, beside HyperQueue's LocalCluster
 * with one worker of two cores and the same program. Rounds alternate; medians are printed.
 *
 *   node bench/array-rate.ts [--jobs 10000] [--rounds 5] [--command /bin/true] [--hq PYTHON]
 *
 * PYTHON is an interpreter that has `hyperqueue` (PyPI); without it only Longshore is measured.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from './support/rounds.ts';
import { setUp, sleep, startBenchServer } from './support/server.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '5' },
    command: { type: 'string', default: '/bin/true' },
    hq: { type: 'string' },
  },
});
const jobs = Number(values.jobs);
const command = values.command.split(' ');

const longshore = async (): Promise<number> => {
  const server = await startBenchServer(['--capacity', 'vcpus=2,memory=16GiB']);
  await setUp(server, command);
  const began = performance.now();
  const { jobId } = await server.batch.submitJob({
    jobName: 'b',
    jobQueue: 'q',
    jobDefinition: 'd',
    arrayProperties: { size: jobs },
  });
  for (;;) {
    const { jobs: [job] = [] } = await server.batch.describeJobs({ jobs: [jobId!] });
    if (job?.status === 'SUCCEEDED') break;
    if (job?.status === 'FAILED') throw new Error(job.statusReason);
    await sleep(100);
  }
  const rate = jobs / ((performance.now() - began) / 1000);
  await server.stop();
  return rate;
};

const HQ = `
import sys, time
from hyperqueue import Job
from hyperqueue.cluster import LocalCluster, WorkerConfig
n = int(sys.argv[1]); command = sys.argv[2:]
with LocalCluster() as cluster:
    cluster.start_worker(WorkerConfig(cores=2))
    client = cluster.client()
    time.sleep(1)
    job = Job()
    for i in range(n): job.program(command)
    began = time.time()
    client.wait_for_jobs([client.submit(job)])
    print('rate', n / (time.time() - began))
`;

const hyperqueue = (python: string): number => {
  const cwd = mkdtempSync(join(tmpdir(), 'hq-bench-'));
  const out = execFileSync(python, ['-c', HQ, String(jobs), ...command], {
    encoding: 'utf8',
    stdio: 'pipe',
    cwd,
  });
  rmSync(cwd, { recursive: true });
  return Number(/^rate (.*)$/m.exec(out)![1]);
};

const ours: number[] = [];
const theirs: number[] = [];
for (let round = 1; round <= Number(values.rounds); round++) {
  ours.push(await longshore());
  if (values.hq) theirs.push(hyperqueue(values.hq));
  const other = values.hq ? `, HyperQueue ${theirs.at(-1)!.toFixed(0)}/s` : '';
  console.log(`round ${round}: Longshore ${ours.at(-1)!.toFixed(0)}/s${other}`);
}
console.log(`median: Longshore ${median(ours).toFixed(0)}/s`);
if (theirs.length > 0) {
  console.log(
    `median: HyperQueue ${median(theirs).toFixed(0)}/s, ratio ${(median(ours) / median(theirs)).toFixed(2)}`,
  );
}
