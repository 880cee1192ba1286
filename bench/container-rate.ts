/**
 * Null containers through Longshore beside a script that does create, start, wait and delete on the raw Engine API, on
 * one daemon, at the same parallelism. Rounds alternate; medians and their ratio are printed, and what of a lane's time
 * is not the daemon's.
 *
 *   node bench/container-rate.ts --docker-host unix:///var/run/docker.sock [--jobs 200] [--at 1,8] [--rounds 3]
 *
 * Needs the suite's image: see test/docker/daemon.ts.
 */
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import { IMAGE, importImage } from '../test/docker/daemon.ts';
import { runArray } from './support/array.ts';
import { compare, count, median } from './support/rounds.ts';
import { type BenchServer, setUp, sleep, startBenchServer } from './support/server.ts';

const { values } = parseArgs({
  options: {
    'docker-host': { type: 'string', default: 'unix:///var/run/docker.sock' },
    jobs: { type: 'string', default: '200' },
    at: { type: 'string', default: '1,8' },
    rounds: { type: 'string', default: '3' },
  },
});
const host = values['docker-host'];
const jobs = count('jobs', values.jobs);
const rounds = count('rounds', values.rounds);
const agent = new Agent({ keepAlive: true });

/** One call of the raw API; its answer's text. */
const call = (method: string, path: string, body?: object): Promise<string> =>
  new Promise((resolve, reject) => {
    const sent = request(
      {
        socketPath: host.replace('unix://', ''),
        agent,
        method,
        path: `/v1.41${path}`,
        headers: { Host: 'docker', 'Content-Type': 'application/json' },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () =>
          response.statusCode! < 400 ? resolve(text) : reject(new Error(`${path}: ${text}`)),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body && JSON.stringify(body));
  });

/** The members that a job of `setUp` has too. */
const BODY = {
  Image: IMAGE,
  Cmd: ['true'],
  HostConfig: { NetworkMode: 'host', Memory: 64 * 1_048_576, CpuShares: 1024 },
};

/** Milliseconds of each container's life in a lane: create, start and wait. */
const lives: number[] = [];

/** So many lanes, each container after container; a second's containers. */
const raw = async (lanes: number): Promise<number> => {
  let left = jobs;
  const began = performance.now();
  const lane = async () => {
    while (left-- > 0) {
      const from = performance.now();
      const { Id } = JSON.parse(await call('POST', '/containers/create', BODY)) as { Id: string };
      await call('POST', `/containers/${Id}/start`);
      await call('POST', `/containers/${Id}/wait`);
      lives.push(performance.now() - from);
      await call('DELETE', `/containers/${Id}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return jobs / ((performance.now() - began) / 1000);
};

const open = async (lanes: number): Promise<BenchServer> => {
  const args = ['--engine', 'docker', '--docker-host', host, '--capacity', `vcpus=${lanes},memory=8GiB`];
  const server = await startBenchServer(args);
  await setUp(server, ['true'], 'ENABLED', IMAGE);
  return server;
};

/** Containers a second from the submit to the last end, the removal of all of them included. */
const longshore = async (server: BenchServer): Promise<number> => {
  const before = await containers();
  const began = performance.now();
  await runArray(server, jobs);
  while ((await containers()) > before) await sleep(50);
  return jobs / ((performance.now() - began) / 1000);
};

const containers = async (): Promise<number> =>
  (JSON.parse(await call('GET', '/containers/json?all=1')) as unknown[]).length;

importImage(host);
for (const lanes of values.at.split(',').map(Number)) {
  const server = await open(lanes);
  await runArray(server, 4);
  lives.length = 0;
  console.log(`\n## ${jobs} null containers, ${lanes} at a time\n`);
  const ours: number[] = [];
  await compare({
    ours: {
      name: 'Longshore',
      run: async () => {
        ours.push(await longshore(server));
        return ours.at(-1)!;
      },
    },
    theirs: { name: 'raw API', run: () => raw(lanes) },
    rounds,
    unit: 'containers/s',
    asked: { atLeast: 0.95 },
  });
  const each = (1000 * lanes) / median(ours);
  console.log(
    `a lane's time for a container: ${each.toFixed(0)} ms with Longshore, its create, start and wait alone ${median(lives).toFixed(0)} ms ` +
      `(median of ${lives.length}): ${(each - median(lives)).toFixed(0)} ms of its own`,
  );
  await server.stop();
}
agent.destroy();
