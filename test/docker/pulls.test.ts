import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ContainerSpec } from '../../src/domain/container.ts';
import type { StartOrder } from '../../src/engines/engine.ts';
import { reaches, until } from '../contract/engine-suite.ts';
import { describe, inState } from '../support/asked.ts';
import { createQueue } from '../support/batch.ts';
import { eventually } from '../support/cli.ts';
import { docker } from './daemon.ts';
import { type Registry, startRegistry } from './registry.ts';
import { serve } from './serving.ts';
import { openDockerWorld, run, script } from './world.ts';

const LIMITS = {
  silenceMilliseconds: 2000,
  patienceMilliseconds: 8000,
  firstPauseMilliseconds: 100,
  longestPauseMilliseconds: 400,
};

let names = 0;

/** An image of the registry that nobody has, removed with the test. */
const imageOf = (t: TestContext, { host }: Registry, name = 'image'): string => {
  const image = `${host}/test/${name}${++names}:v1`;
  t.after(() => {
    try {
      docker(['rmi', '-f', image]);
    } catch {
      // it was never pulled
    }
  });
  return image;
};

const orderFor = (image: string, container: Partial<ContainerSpec> = {}): StartOrder =>
  script('echo ran', { image, ...container });

const configFolder = (t: TestContext, config?: object): string => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-config-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  if (config) writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  return folder;
};

test('an absent image is pulled once for many jobs that wait, and not asked for when it is here', async (t) => {
  const registry = await startRegistry(t);
  const image = imageOf(t, registry);
  const world = await openDockerWorld(t);
  const orders = Array.from({ length: 6 }, () => orderFor(image));
  await world.engine.start(orders);
  for (const { taskId } of orders) await reaches(world, taskId, 'exited');
  assert.equal(registry.served.length, 1);
  await run(world, orderFor(image));
  assert.equal(registry.served.length, 1);
});

test('pull always asks each time, never asks nobody', async (t) => {
  const registry = await startRegistry(t);
  const image = imageOf(t, registry);
  const never = await openDockerWorld(t, { pull: 'never' });
  const order = orderFor(image);
  await never.engine.start([order]);
  const { reason } = await reaches(never, order.taskId, 'failed');
  assert.match(reason, /^CannotPullContainerError: Error response from daemon: No such image/);
  assert.equal(registry.served.length, 0);
  const always = await openDockerWorld(t, { pull: 'always' });
  await run(always, orderFor(image));
  await run(always, orderFor(image));
  assert.equal(registry.served.length >= 2, true);
});

for (const status of [429, 500, 503]) {
  test(`a registry that answers ${status} is tried again, within the same attempt`, async (t) => {
    const registry = await startRegistry(t);
    const world = await openDockerWorld(t, { pullLimits: LIMITS });
    let busy = true;
    registry.mood = () => (busy ? status : 'serve');
    const order = orderFor(imageOf(t, registry));
    await world.engine.start([order]);
    setTimeout(() => {
      busy = false;
    }, 1000);
    assert.equal((await reaches(world, order.taskId, 'exited')).exitCode, 0);
  });
}

test('a job whose image is being pulled says so in STARTING, with the registry’s last answer', async (t) => {
  const registry = await startRegistry(t);
  let isBusy = true;
  registry.mood = () => (isBusy ? 503 : 'serve');
  const image = imageOf(t, registry);
  const { batch } = await serve(t);
  await createQueue(batch);
  await batch.registerJobDefinition({
    jobDefinitionName: 'd',
    type: 'container',
    containerProperties: { image, vcpus: 1, memory: 64, command: ['echo', 'ran'] },
  });
  const size = { arrayProperties: { size: 2 } };
  const { jobId = '' } = await batch.submitJob({ jobName: 'j', jobQueue: 'q', jobDefinition: 'd', ...size });
  const child = await eventually('a reason', async () => {
    const job = await describe(batch, `${jobId}:1`);
    return /again after/.test(job.statusReason ?? '') ? job : undefined;
  });
  assert.equal(child.status, 'STARTING');
  const words = `waits for its image: ${image} is being pulled again after`;
  assert.ok(child.statusReason!.startsWith(words), child.statusReason);
  assert.match(child.statusReason!, /503 Service Unavailable/);
  isBusy = false;
  const done = await inState(batch, `${jobId}:1`, 'SUCCEEDED', 'FAILED');
  assert.deepEqual([done.status, done.statusReason], ['SUCCEEDED', 'Essential container in task exited']);
});

test('J-181: a registry that stays busy ends the attempt after a while, in its own words', async (t) => {
  const registry = await startRegistry(t);
  registry.mood = () => 429;
  const world = await openDockerWorld(t, { pullLimits: { ...LIMITS, patienceMilliseconds: 1000 } });
  const order = orderFor(imageOf(t, registry));
  await world.engine.start([order]);
  const { reason } = await reaches(world, order.taskId, 'failed');
  assert.match(reason, /^CannotPullContainerError: Error response from daemon: .*(toomanyrequests|429)/i);
});

test('J-181: a pull that hangs is ended and tried again; one that hangs on fails so', async (t) => {
  const registry = await startRegistry(t);
  let hangs = true;
  registry.mood = () => (hangs ? 'hang' : 'serve');
  const world = await openDockerWorld(t, {
    pullLimits: { ...LIMITS, silenceMilliseconds: 500, patienceMilliseconds: 1500 },
  });
  const order = orderFor(imageOf(t, registry));
  await world.engine.start([order]);
  const { reason } = await reaches(world, order.taskId, 'failed');
  assert.match(reason, /^CannotPullContainerError: inactivity time exceeded timeout/);
  hangs = false;
  await run(world, orderFor(imageOf(t, registry)));
});

test('J-181 S-275: a missing manifest, a registry nobody runs or finds and a name that is none fail with their cause', async (t) => {
  const registry = await startRegistry(t);
  const world = await openDockerWorld(t, { pullLimits: { ...LIMITS, awayMilliseconds: 300 } });
  for (const [image, why] of [
    [`${registry.host}/missing/image:v1`, /manifest .*(unknown|not found)/],
    ['127.0.0.1:1/nobody/here', /connection refused/],
    ['nobody.invalid/here', /lookup nobody\.invalid|no such host/],
    ['a#b', /invalid reference format/],
  ] as const) {
    const order = orderFor(image);
    await world.engine.start([order]);
    const { reason } = await reaches(world, order.taskId, 'failed');
    assert.match(reason, /^CannotPullContainerError: /);
    assert.match(reason, why);
  }
});

test('credentials come from Docker’s own config: the file, a store, a helper of the registry', async (t) => {
  const registry = await startRegistry(t, 'user:pass');
  const auth = btoa('user:pass');
  const bin = configFolder(t);
  const asked = join(bin, 'asked');
  const helper = join(bin, 'docker-credential-testing');
  writeFileSync(
    helper,
    `#!/bin/sh\n[ "$1" = get ] || exit 1\ncat >> ${asked}\necho '{"Username":"user","Secret":"pass"}'\n`,
  );
  chmodSync(helper, 0o755);
  process.env.PATH = `${bin}:${process.env.PATH}`;
  const configs = [
    { auths: { [registry.host]: { auth } } },
    { auths: { [`http://${registry.host}/v1/`]: { auth } } },
    { credsStore: 'testing' },
    { credHelpers: { [registry.host]: 'testing' } },
  ];
  for (const config of configs) {
    const world = await openDockerWorld(t, { configFolder: configFolder(t, config), pullLimits: LIMITS });
    await run(world, orderFor(imageOf(t, registry)));
  }
  assert.deepEqual(registry.served, Array(4).fill(`Basic ${auth}`));
  assert.equal(readFileSync(asked, 'utf8'), registry.host.repeat(2));
});

test('J-181: without or with wrong credentials a pull fails at once, and no password is told', async (t) => {
  const registry = await startRegistry(t, 'user:pass');
  const wrong = { auths: { [registry.host]: { auth: btoa('user:wrong-word') } } };
  for (const config of [{}, wrong]) {
    const world = await openDockerWorld(t, { configFolder: configFolder(t, config), pullLimits: LIMITS });
    const order = orderFor(imageOf(t, registry));
    await world.engine.start([order]);
    const { reason } = await reaches(world, order.taskId, 'failed');
    assert.match(reason, /^CannotPullContainerError: /);
    assert.doesNotMatch(reason + world.output(order.taskId), /wrong-word/);
  }
});

test('repositoryCredentials are those of the file of secrets', async (t) => {
  const registry = await startRegistry(t, 'user:pass');
  const secretsFile = join(configFolder(t, {}), 'config.json');
  writeFileSync(secretsFile, JSON.stringify({ login: '{"username":"user","password":"pass"}' }));
  const world = await openDockerWorld(t, { secretsFile, pullLimits: LIMITS });
  const repositoryCredentials = { credentialsParameter: 'login' };
  await run(world, orderFor(imageOf(t, registry), { repositoryCredentials }));
  assert.equal(registry.served.length, 1);
});

test('a job that waits for its image can be taken back, and then never starts', async (t) => {
  const registry = await startRegistry(t);
  let open = false;
  registry.mood = () => (open ? 'serve' : 429);
  const world = await openDockerWorld(t, { pullLimits: LIMITS });
  const image = imageOf(t, registry);
  const [back, stays] = [orderFor(image), orderFor(image)];
  await world.engine.start([back, stays]);
  assert.equal(await world.engine.recall(back.taskId), true);
  open = true;
  await reaches(world, stays.taskId, 'exited');
  await until(
    world,
    'a while',
    () =>
      docker([
        'ps',
        '-a',
        '--format',
        '{{.Names}}',
        '--filter',
        `label=longshore.task=${back.taskId}`,
        '--filter',
        `label=longshore.data=${world.dataId}`,
      ]) === '' || undefined,
  );
  assert.equal(
    (await world.engine.list()).some(({ taskId }) => taskId === back.taskId),
    false,
  );
});
