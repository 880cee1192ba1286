import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { later, tempFolder } from '../../test/support/cli.ts';
import { json, standIn } from '../../test/support/docker-stand-in.ts';
import { realClock, realTimers } from '../../test/support/process-world.ts';
import { until } from '../../test/support/server.ts';
import { CALLER } from '../../test/support/world.ts';
import { isRefusal } from '../domain/refusal.ts';
import type { KnownHost } from '../engines/docker/hosts/known-hosts.ts';
import { silentLog } from '../lib/logger.ts';
import { createComputeEnvironment } from '../operations/environments/index.ts';
import { liveInstances } from '../store/instance-rows.ts';
import { type Config, UsageError } from './config.ts';
import { chooseEngine, DOCKER_DEFAULTS } from './engine-choice.ts';
import { type Running, startServer } from './start-server.ts';

const configOf = (dataDir: string, more: Partial<Config>): Config => ({
  dataDir,
  host: '127.0.0.1',
  port: 0,
  region: 'us-east-1',
  account: '012345678910',
  path: '/bin',
  ...more,
});

const choose = async (t: TestContext, host: string, more: Partial<Config> = {}, ran?: string) => {
  const config = configOf(tempFolder(t), { docker: { ...DOCKER_DEFAULTS, hosts: [host] }, ...more });
  const hosts = { known: [], keep: () => {}, keepSingle: () => {} };
  const parts = { hosts, folderKey: 'k', clock: realClock, timers: realTimers, log: silentLog };
  const chosen = await chooseEngine({ config, ran, ...parts });
  later(t, async () => {
    await chosen.engine.close();
    await chosen.output.close();
  });
  return chosen;
};

const NOBODY = 'unix:///nobody/here.sock';

test('without a word Docker is taken where it answers, with what its machine has', async (t) => {
  const { about, capacity } = await choose(t, `unix://${await standIn(t, [])}`);
  assert.equal(about.name, 'docker');
  assert.deepEqual(capacity, { milliVcpus: 8000, memoryMiB: 8192, gpus: 0 });
});

test('where no Docker answers processes are, and the first lines say why', async (t) => {
  const { about } = await choose(t, NOBODY);
  assert.equal(about.name, 'process');
  assert.equal(about.notes[0], `no Docker answers at ${NOBODY}: jobs run as processes`);
});

test('an address that is none is what the person did wrong, and not that nobody answers there', async (t) => {
  for (const more of [{}, { engine: 'docker' as const }]) {
    await assert.rejects(choose(t, 'ssh://me@host', more), (error: Error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /unix:\/\/PATH or tcp:\/\/HOST:PORT, got 'ssh:\/\/me@host'/);
      return true;
    });
  }
  const { about } = await choose(t, 'ssh://me@host', { engine: 'process' });
  assert.equal(about.name, 'process');
});

test('a data folder whose jobs ran in Docker is not taken over by processes', async (t) => {
  const dataDir = tempFolder(t);
  await assert.rejects(
    choose(t, NOBODY, { dataDir }, 'docker'),
    /no Docker answers at .*say --engine process/,
  );
  const runAs = { uid: 65534, gid: 65534 };
  await assert.rejects(
    choose(t, NOBODY, { dataDir, runAs }, 'docker'),
    /--run-as .* ran in Docker: say --engine process$/,
  );
});

test('a data folder whose jobs ran as processes is not taken over by Docker, which is said; the flag changes it', async (t) => {
  const dataDir = tempFolder(t);
  const daemon = `unix://${await standIn(t, [])}`;
  const { about } = await choose(t, daemon, { dataDir }, 'process');
  assert.equal(about.name, 'process');
  assert.equal(
    about.notes[0],
    `Docker answers at ${daemon}, but the jobs of ${dataDir} ran as processes, and go on so: --engine docker changes that`,
  );
  const chosen = await choose(t, daemon, { dataDir, engine: 'docker' }, 'process');
  assert.equal(chosen.about.name, 'docker');
});

test('--run-as alone makes no processes of jobs that ran in Docker', async (t) => {
  const dataDir = tempFolder(t);
  const runAs = { uid: process.getuid!(), gid: process.getgid!() };
  await assert.rejects(
    choose(t, NOBODY, { dataDir, runAs }, 'docker'),
    /--run-as .*ran in Docker.*--engine process/,
  );
});

test('a daemon that does not speak what is spoken here is told in one line', async (t) => {
  const path = await standIn(t, [
    [
      /_ping/,
      (request, response) => {
        response.setHeader('Api-Version', '1.30');
        json({})(request, response);
      },
    ],
  ]);
  const opened = choose(t, `unix://${path}`, { engine: 'docker' });
  await assert.rejects(opened, /^UsageError: the docker engine does not start: .*speaks version '1.30'/);
});

for (const [what, harm] of [
  ['lost', (file: string) => rmSync(file)],
  ['torn', (file: string) => writeFileSync(file, '{"url":')],
] as const)
  test(`the engine of a data folder is known when its address is ${what}: the database has it`, async (t) => {
    const dataDir = tempFolder(t);
    const docker = { ...DOCKER_DEFAULTS, hosts: [`unix://${await standIn(t, [])}`] };
    const config = configOf(dataDir, { docker });
    await (await startServer({ ...config, engine: 'process' }, silentLog)).close();
    harm(join(dataDir, 'server.json'));
    const running = await startServer(config, silentLog);
    later(t, () => running.close());
    assert.equal(running.about.name, 'process');
  });

const opened = async (t: TestContext, config: Partial<Config>, known: readonly KnownHost[] = []) => {
  const hosts = { known, keep: () => {}, keepSingle: () => {} };
  const parts = {
    hosts,
    ran: undefined,
    folderKey: 'k',
    clock: realClock,
    timers: realTimers,
    log: silentLog,
  };
  const chosen = await chooseEngine({ config: configOf(tempFolder(t), config), ...parts });
  later(t, async () => {
    await chosen.engine.close();
    await chosen.output.close();
  });
  return chosen;
};

const daemonOf = (t: TestContext, id: string, vcpus: number) =>
  standIn(t, [[/\/info/, json({ ID: id, Name: id, NCPU: vcpus, MemTotal: 2 ** 30, ServerVersion: '1' })]]);

test('several daemons are hosts of one engine, each as large as it says; one that does not answer is closed, and said so', async (t) => {
  const [a, b] = [`unix://${await daemonOf(t, 'a', 2)}`, `unix://${await daemonOf(t, 'b', 4)}`];
  const { engine, capacity, about } = await opened(t, {
    docker: { ...DOCKER_DEFAULTS, hosts: [a, b, NOBODY] },
  });
  await engine.list();
  const told = engine.hosts!().map(({ id, open, size }) => [id, open, size.milliVcpus]);
  assert.deepEqual(told, [
    ['a', true, 2000],
    ['b', true, 4000],
    [NOBODY, false, 0],
  ]);
  assert.deepEqual([capacity.milliVcpus, about.detail], [6000, '2 of 3 hosts']);
  assert.equal(about.notes[0], `host a at ${a}: 2 vCPUs and 1 GiB`);
  assert.match(about.notes[2]!, new RegExp(`^host ${NOBODY} takes no jobs until it is heard: `));
});

test('--capacity with several daemons is what each has', async (t) => {
  const hosts = [`unix://${await daemonOf(t, 'a', 2)}`, `unix://${await daemonOf(t, 'b', 4)}`];
  const each = { milliVcpus: 1000, memoryMiB: 512, gpus: 1 };
  const { capacity } = await opened(t, { docker: { ...DOCKER_DEFAULTS, hosts }, capacity: each });
  assert.deepEqual(capacity, { milliVcpus: 2000, memoryMiB: 1024, gpus: 2 });
});

test('a folder that had several daemons goes on with hosts when one is listed', async (t) => {
  const docker = { ...DOCKER_DEFAULTS, hosts: [`unix://${await daemonOf(t, 'a', 2)}`] };
  assert.equal((await opened(t, { docker })).engine.hosts, undefined);
  const known = [
    { id: 'a', name: 'first', address: 'tcp://before', size: { milliVcpus: 0, memoryMiB: 0, gpus: 0 } },
  ];
  const { engine } = await opened(t, { docker }, known);
  assert.deepEqual(
    engine.hosts!().map(({ name }) => name),
    ['first'],
  );
});

test('what ran on the only daemon runs on a host of its id once there are several, though it be silent then', async (t) => {
  const dataDir = tempFolder(t);
  let isAway = false;
  const info = json({ ID: 'a', Name: 'a', NCPU: 2, MemTotal: 2 ** 30, ServerVersion: '1' });
  const path = await standIn(t, [
    [/\/info/, (request, response) => (isAway ? request.socket.destroy() : info(request, response))],
  ]);
  const [a, b] = [`unix://${path}`, `unix://${await daemonOf(t, 'b', 4)}`];
  const start = async (...hosts: string[]) => {
    const docker = { ...DOCKER_DEFAULTS, hosts };
    const running = await startServer(configOf(dataDir, { docker, engine: 'docker' }), silentLog);
    later(t, () => running.close());
    return running;
  };
  const hostsIn = async ({ service }: Running) =>
    (await service.store.read(liveInstances)).map((i) => i.host);
  const first = await start(a);
  const environment = { computeEnvironmentName: 'e', type: 'UNMANAGED' as const, serviceRole: 'r' };
  assert.equal(isRefusal(await createComputeEnvironment(first.service, environment, CALLER)), false);
  await until(async () => ((await hostsIn(first)).length > 0 ? true : undefined));
  assert.deepEqual(await hostsIn(first), ['machine']);
  await first.close();
  isAway = true;
  const second = await start(a, b);
  assert.deepEqual(await hostsIn(second), ['a']);
  const [found] = second.service.capacity.hosts.filter(({ id }) => id === 'a');
  assert.deepEqual([found!.open, found!.size.milliVcpus], [false, 2000]);
});

test('K-066: a time for lost hosts is refused with a single daemon', async (t) => {
  const docker = { ...DOCKER_DEFAULTS, hosts: [`unix://${await daemonOf(t, 'a', 2)}`], hostLostAfter: 60 };
  await assert.rejects(
    opened(t, { docker, engine: 'docker' }),
    /^UsageError: --host-lost-after is for several/,
  );
});

test('the same daemon twice ends the start with a line that says so', async (t) => {
  const hosts = [`unix://${await daemonOf(t, 'a', 2)}`, `unix://${await daemonOf(t, 'a', 2)}`];
  await assert.rejects(
    opened(t, { docker: { ...DOCKER_DEFAULTS, hosts } }),
    /^UsageError: the docker engine does not start: .* are the same Docker daemon \(id a\)/,
  );
});
