/**
 * Null containers through Longshore beside a script that does create, start, wait and delete on the raw Engine API, on
 * one daemon, at the same parallelism. Rounds alternate; medians and their ratio are printed, what of a lane's time is not
 * the daemon's, and the CPU time of both sides, which others on the machine disturb less than the rate.
 *
 *   node bench/container-rate.ts --docker-host unix:///var/run/docker.sock [--jobs 200] [--at 1,8] [--rounds 3]
 *     [--cgroups DIR,DIR]   those that hold the daemon and its containers: their CPU time is counted too
 *
 * Needs the suite's image: see test/docker/daemon.ts.
 */
import { Agent, get, type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { IMAGE, importImage } from '../test/docker/daemon.ts';
import { count } from '../test/support/flags.ts';
import { runArray, submitArray } from './support/array.ts';
import { cgroupCpuMicroseconds, cpuMicroseconds } from './support/process.ts';
import { compare, median } from './support/rounds.ts';
import { type BenchServer, setUp, sleep, startBenchServer } from './support/server.ts';

const { values } = parseArgs({
  options: {
    'docker-host': { type: 'string', default: 'unix:///var/run/docker.sock' },
    jobs: { type: 'string', default: '200' },
    at: { type: 'string', default: '1,8' },
    rounds: { type: 'string', default: '3' },
    cgroups: { type: 'string', default: '' },
  },
});
const host = values['docker-host'];
const jobs = count('jobs', values.jobs);
const rounds = count('rounds', values.rounds);
const cgroups = values.cgroups.split(',').filter(Boolean);
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

/** With memory to spare: the instances that are carved from the pool must not leave a lane empty. */
const open = async (lanes: number): Promise<BenchServer> => {
  const args = ['--engine', 'docker', '--docker-host', host, '--capacity', `vcpus=${lanes},memory=64GiB`];
  const server = await startBenchServer(args);
  await setUp(server, ['true'], 'ENABLED', IMAGE);
  await warmUp(server, lanes);
  return server;
};

/** Throws when the server does not have so many containers at a time: then the sides would not be alike. */
const warmUp = async (server: BenchServer, lanes: number): Promise<void> => {
  const before = await containers();
  let [most, isOver] = [0, false];
  const ended = runArray(server, 5 * lanes).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    most = Math.max(most, (await containers(UNDER_WAY)) - before);
    await sleep(50);
  }
  await ended;
  if (most < lanes) throw new Error(`there were ${most} containers at a time, not ${lanes}`);
};

/** A round that hangs ends the run: ten times what the slowest one measured took. */
const LIMIT_MILLISECONDS = 30_000 + jobs * 2000;

/** Resolves when so many containers were removed from now on; nobody is asked meanwhile, for that would be measured too. */
const removals = async (count: number): Promise<{ readonly done: Promise<void> }> => {
  const filters = encodeURIComponent('{"type":["container"],"event":["destroy"]}');
  const options = { socketPath: host.replace('unix://', ''), path: `/v1.41/events?filters=${filters}` };
  const events = await new Promise<IncomingMessage>((resolve, reject) =>
    get({ ...options, headers: { Host: 'docker' } }, resolve).on('error', reject),
  );
  const done = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the containers take too long')), LIMIT_MILLISECONDS);
    let left = count;
    createInterface(events).on('line', () => {
      if (--left > 0) return;
      clearTimeout(late);
      events.destroy();
      resolve();
    });
  });
  return { done };
};

/** Containers a second from the submit to the last end, the removal of all of them included. */
const longshore = async (server: BenchServer): Promise<number> => {
  const { done } = await removals(jobs);
  const began = performance.now();
  const jobId = await submitArray(server, jobs);
  await done;
  const rate = jobs / ((performance.now() - began) / 1000);
  const { jobs: [job] = [] } = await server.batch.describeJobs({ jobs: [jobId] });
  if (job?.status !== 'SUCCEEDED') throw new Error(`${job?.status}: ${job?.statusReason}`);
  return rate;
};

const UNDER_WAY = `&filters=${encodeURIComponent('{"status":["created","running"]}')}`;

const containers = async (filters = ''): Promise<number> =>
  (JSON.parse(await call('GET', `/containers/json?all=1${filters}`)) as unknown[]).length;

/** Milliseconds of CPU a container, of the side itself and of the daemon, by round. */
const spent: Record<'ours' | 'theirs', [number, number][]> = { ours: [], theirs: [] };

const withCpu = async (
  side: keyof typeof spent,
  pid: number,
  run: () => Promise<number>,
): Promise<number> => {
  const look = () => [
    cpuMicroseconds(pid),
    cgroups.reduce((sum, folder) => sum + cgroupCpuMicroseconds(folder), 0),
  ];
  const before = look();
  const rate = await run();
  const [own, daemon] = look().map((now, i) => (now - before[i]!) / 1000 / jobs);
  spent[side].push([own!, daemon!]);
  return rate;
};

const cpuOf = (side: keyof typeof spent): string => {
  const of = (i: 0 | 1) => median(spent[side].map((round) => round[i])).toFixed(1);
  return `${of(0)} ms${cgroups.length > 0 ? ` and ${of(1)} ms of the daemon's` : ''}`;
};

importImage(host);
for (const lanes of values.at.split(',').map(Number)) {
  const server = await open(lanes);
  lives.length = 0;
  [spent.ours, spent.theirs] = [[], []];
  console.log(`\n## ${jobs} null containers, ${lanes} at a time\n`);
  const ours: number[] = [];
  await compare({
    ours: {
      name: 'Longshore',
      run: async () => {
        ours.push(await withCpu('ours', server.process.pid!, () => longshore(server)));
        return ours.at(-1)!;
      },
    },
    theirs: { name: 'raw API', run: () => withCpu('theirs', process.pid, () => raw(lanes)) },
    rounds,
    unit: 'containers/s',
    asked: { atLeast: 0.95 },
  });
  const each = (1000 * lanes) / median(ours);
  console.log(
    `a lane's time for a container: ${each.toFixed(0)} ms with Longshore, its create, start and wait alone ${median(lives).toFixed(0)} ms ` +
      `(median of ${lives.length}): ${(each - median(lives)).toFixed(0)} ms of its own`,
  );
  console.log(`CPU of a container: ${cpuOf('ours')} with Longshore, ${cpuOf('theirs')} with the script`);
  await server.stop();
}
agent.destroy();
