/**
 * Jobs of one program as one array on two slots, submit to the last SUCCEEDED, beside HyperQueue's LocalCluster with one
 * worker of two cores and the same program; it keeps nothing on disk.
 *
 *   npm run bench:array -- --hq VENV [--jobs 10000] [--rounds 5] [--command /bin/true] [--asked 0.8]
 *   npm run bench:array -- --hq VENV --jobs 1000 --command '/bin/sleep 0.05' --asked 0.98
 *
 * VENV is a folder: where there is no virtual environment yet, one is made there and `hyperqueue==0.27` put into it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { count } from '../test/support/flags.ts';
import { runArray } from './support/array.ts';
import { compare } from './support/rounds.ts';
import { setUp, startBenchServer } from './support/server.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '5' },
    command: { type: 'string', default: '/bin/true' },
    asked: { type: 'string', default: '0.8' },
    hq: { type: 'string' },
  },
});
if (values.hq === undefined) throw new Error('--hq VENV is required: where HyperQueue is, or is to be put');
const venv = resolve(values.hq);
const jobs = count('jobs', values.jobs);
const command = values.command.split(' ');

/** A round that hangs ends the run: ten times what the slowest one measured took. */
const LIMIT_MILLISECONDS = 60_000 + jobs * 100;

const longshore = async (): Promise<number> => {
  const server = await startBenchServer(['--capacity', 'vcpus=2,memory=16GiB']);
  await setUp(server, command);
  const began = performance.now();
  await runArray(server, jobs, LIMIT_MILLISECONDS);
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

const hyperqueue = async (): Promise<number> => {
  const cwd = mkdtempSync(join(tmpdir(), 'hq-bench-'));
  const out = execFileSync(join(venv, 'bin', 'python'), ['-c', HQ, String(jobs), ...command], {
    encoding: 'utf8',
    stdio: 'pipe',
    cwd,
    timeout: LIMIT_MILLISECONDS,
  });
  rmSync(cwd, { recursive: true });
  return Number(/^rate (.*)$/m.exec(out)![1]);
};

if (!existsSync(join(venv, 'bin', 'python'))) {
  execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
  execFileSync(join(venv, 'bin', 'pip'), ['install', '--quiet', 'hyperqueue==0.27'], { stdio: 'inherit' });
}

await compare({
  ours: { name: 'Longshore', run: longshore },
  theirs: { name: 'HyperQueue', run: hyperqueue },
  rounds: count('rounds', values.rounds),
  unit: 'jobs/s',
  asked: { atLeast: Number(values.asked) },
});
