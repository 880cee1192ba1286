/**
 * What a container costs beside the daemon's work: null containers against a daemon that does nothing and answers at
 * once, and the server's memory while thousands of them finish. `node bench/container-own.ts [--jobs 10000] [--at 1,8]`
 *
 * `--docker-host unix://SOCKET` takes a real daemon instead, for the memory: there the gaps are not known.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { IMAGE, importImage } from '../test/docker/daemon.ts';
import { count } from '../test/support/flags.ts';
import { runArray } from './support/array.ts';
import { cpuMicroseconds, residentMiB } from './support/process.ts';

import { setUp, sleep, startBenchServer } from './support/server.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '10000' },
    at: { type: 'string', default: '1,8' },
    'docker-host': { type: 'string' },
  },
});
const real = values['docker-host'];
const jobs = count('jobs', values.jobs);
const folder = mkdtempSync(join(tmpdir(), 'longshore-own-'));
const socket = join(folder, 'docker.sock');
const daemon = real
  ? undefined
  : spawn(process.execPath, ['bench/support/stand-in-daemon.ts', socket], { stdio: 'inherit' });
while (daemon && !existsSync(socket)) await sleep(20);
if (real) importImage(real);

/** From each container's end to the create of the one that takes its lane, shortest first; since this was asked last. */
const gaps = async (lanes: number): Promise<number[]> => {
  if (real) return [];
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    get({ socketPath: socket, path: `/gaps/${lanes}` }, resolve).on('error', reject),
  );
  return ((await json(response)) as number[]).sort((a, b) => a - b);
};

for (const lanes of values.at.split(',').map(Number)) {
  const capacity = ['--capacity', `vcpus=${lanes},memory=64GiB`];
  const server = await startBenchServer([
    '--engine',
    'docker',
    '--docker-host',
    real ?? `unix://${socket}`,
    ...capacity,
  ]);
  const pid = server.process.pid!;
  await setUp(server, ['true'], 'ENABLED', IMAGE);
  await runArray(server, 100);
  console.log(
    `\n## ${lanes} at a time\n\n| finished | ms a container | ms from an end to the next create: median | 9 of 10 | ms of CPU a container | MiB |\n| --- | --- | --- | --- | --- | --- |`,
  );
  for (let done = 0; done < jobs; ) {
    const size = Math.min(1000, jobs - done);
    await gaps(lanes);
    const [began, busy] = [performance.now(), cpuMicroseconds(pid)];
    await runArray(server, size);
    done += size;
    const each = (performance.now() - began) / size;
    const cpu = (cpuMicroseconds(pid) - busy) / 1000 / size;
    const own = await gaps(lanes);
    const [half, most] = [0.5, 0.9].map((part) => own[Math.floor(own.length * part)]?.toFixed(1) ?? '');
    console.log(
      `| ${done} | ${each.toFixed(1)} | ${half} | ${most} | ${cpu.toFixed(1)} | ${residentMiB(pid).toFixed(0)} |`,
    );
  }
  await server.stop();
}
daemon?.kill();
rmSync(folder, { recursive: true, force: true });
