import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskReport } from '../../src/engines/engine.ts';
import { reaches, stateOf, until } from '../contract/engine-suite.ts';
import { later } from '../support/cli.ts';
import { orderOf } from '../support/orders.ts';
import { docker, IMAGE, importImage, type PrivateDaemon, privateDaemon } from './daemon.ts';
import { containersOf, openDockerWorld, run, script } from './world.ts';

/** Prints the numbers from 1 on, several at once, then the same to the other stream. */
const COUNT = 'i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo $i; [ $((i % 7)) = 0 ] && sleep 0.05; done';

const numbers = (to: number): string => Array.from({ length: to }, (_, i) => `${i + 1}\n`).join('');

test('a log is followed while it comes, with the daemon’s times', async (t) => {
  const world = await openDockerWorld(t);
  const order = script('echo first; sleep 1; echo second; sleep 600');
  await world.engine.start([order]);
  await until(world, 'two lines', () => world.output(order.taskId) === 'first\nsecond\n' || undefined);
  const [id] = containersOf(world.dataId);
  const told = docker(['logs', '-t', id!])
    .split('\n')
    .map((line) => Date.parse(line.split(' ')[0]!));
  const { events } = world.store.read(order.taskId, {
    from: 0,
    direction: 'forward',
    limit: 9,
    complete: false,
  });
  assert.deepEqual(
    events.map(({ time }) => time),
    told,
  );
});

test('no line is lost or doubled when servers come and go while a container prints', async (t) => {
  const world = await openDockerWorld(t);
  const order = script(COUNT);
  await world.engine.start([order]);
  for (let i = 0; i < 6; i++) {
    await sleep(300);
    await world.reopen();
  }
  await reaches(world, order.taskId, 'exited');
  assert.equal(world.output(order.taskId), numbers(400));
});

test('what was printed while no server was there is kept before the end is told', async (t) => {
  const world = await openDockerWorld(t);
  const order = script('sleep 1.5; seq 1 3000');
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'running');
  await world.engine.close();
  const [id] = containersOf(world.dataId);
  docker(['wait', id!]);
  await world.reopen();
  const end = await reaches(world, order.taskId, 'exited');
  assert.equal(end.exitCode, 0);
  assert.equal(world.output(order.taskId), numbers(3000));
});

test('long lines are whole and huge logs complete', async (t) => {
  const world = await openDockerWorld(t);
  const long = script('head -c 200000 /dev/zero | tr "\\0" x; echo; echo end');
  assert.equal((await run(world, long)).output, `${'x'.repeat(200_000)}\nend\n`);
  const huge = script('seq 1 300000');
  assert.equal((await run(world, huge)).output, numbers(300_000));
});

test('a log holds what the job printed and nothing else, each line once, whoever goes on', async (t) => {
  const world = await openDockerWorld(t);
  const order = script('echo printed; sleep 1; echo more');
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'running');
  await world.reopen();
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'exited');
  assert.equal(world.output(order.taskId), 'printed\nmore\n');
});

test('children that a command leaves behind end with it', async (t) => {
  const world = await openDockerWorld(t);
  const { report } = await run(world, script('sleep 601 & sleep 602 & exit 5'));
  assert.equal(report.exitCode, 5);
  const [id] = containersOf(world.dataId);
  assert.equal(docker(['inspect', '-f', '{{.State.Running}}', id!]), 'false');
});

test('two servers on one daemon do not see each other, and strangers’ containers stay untouched', async (t) => {
  const stranger = docker([
    'run',
    '-d',
    '--network',
    'none',
    '--label',
    'longshore.task=x',
    IMAGE,
    'sleep',
    '600',
  ]);
  t.after(() => docker(['rm', '-f', stranger]));
  const [one, two] = [await openDockerWorld(t), await openDockerWorld(t)];
  const order = script('sleep 600', { linuxParameters: { initProcessEnabled: true } });
  await one.engine.start([order]);
  await reaches(one, order.taskId, 'running');
  await two.reopen();
  assert.deepEqual(await two.engine.list(), []);
  await two.engine.stop(order.taskId, 0);
  await two.engine.start([order]);
  await reaches(two, order.taskId, 'running');
  await two.engine.stop(order.taskId, 0);
  await reaches(two, order.taskId, 'exited');
  await two.engine.forget([order.taskId]);
  await until(two, 'removal', () => containersOf(two.dataId).length === 0 || undefined);
  assert.equal((await stateOf(one, order.taskId))?.kind, 'running');
  assert.equal(docker(['inspect', '-f', '{{.State.Running}}', stranger]), 'true');
});

test('a container that was made and not started is taken up by its order, or taken back for ever', async (t) => {
  const world = await openDockerWorld(t);
  const made = (taskId: string) =>
    docker([
      ...['create', '--network', 'none', '--name', `longshore-${world.dataId}-${taskId}`],
      ...['--label', `longshore.data=${world.dataId}`, '--label', `longshore.task=${taskId}`],
      ...[IMAGE, 'sh', '-c', 'exit 9'],
    ]);
  const [taken, back] = [script('exit 9'), script('exit 9')];
  made(taken.taskId);
  made(back.taskId);
  await world.reopen();
  assert.equal((await stateOf(world, back.taskId))?.kind, 'waiting');
  assert.equal(await world.engine.recall(back.taskId), true);
  await world.engine.start([taken, back]);
  assert.equal((await reaches(world, taken.taskId, 'exited')).exitCode, 9);
  await until(world, 'removal', () => containersOf(world.dataId).length === 1 || undefined);
  assert.equal(await stateOf(world, back.taskId), undefined);
});

test('J-168: a container that somebody else removed is lost', async (t) => {
  const world = await openDockerWorld(t);
  const order = script('sleep 600');
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'running');
  docker(['rm', '-f', ...containersOf(world.dataId)]);
  const end = await until(world, 'an end', async () => {
    const found = await stateOf(world, order.taskId);
    return found?.kind === 'lost' || found?.kind === 'exited' ? found : undefined;
  });
  assert.equal(end.kind, 'lost');
});

const withDaemon = async (t: TestContext): Promise<PrivateDaemon> => {
  const daemon = privateDaemon();
  later(t, () => daemon.destroy());
  await daemon.start();
  importImage(daemon.host);
  return daemon;
};

test('a daemon that is killed and started again: what ran is adopted, nothing starts twice, no line is lost', async (t) => {
  const daemon = await withDaemon(t);
  const world = await openDockerWorld(t, { host: daemon.host });
  const heard: TaskReport[] = [];
  world.engine.watch((reports) => heard.push(...reports));
  const [counts, ends, later] = [
    script(`echo begun; ${COUNT}; exit 3`),
    script('sleep 1; exit 4'),
    script('echo later'),
  ];
  await world.engine.start([counts, ends]);
  await reaches(world, counts.taskId, 'running');
  await reaches(world, ends.taskId, 'running');
  await daemon.stop('SIGKILL');
  await world.engine.start([later]);
  await sleep(500);
  await daemon.start();
  assert.equal((await reaches(world, counts.taskId, 'exited')).exitCode, 3);
  assert.equal((await reaches(world, later.taskId, 'exited')).exitCode, 0);
  await reaches(world, ends.taskId, 'exited');
  assert.equal(world.output(counts.taskId), `begun\n${numbers(400)}`);
  assert.equal(heard.filter(({ taskId, kind }) => taskId === counts.taskId && kind === 'exited').length, 1);
});

test('a daemon that hangs is waited for: no call of the engine waits with it, and everything goes on after', async (t) => {
  const daemon = await withDaemon(t);
  const world = await openDockerWorld(t, { host: daemon.host });
  const runs = script('echo ran', { linuxParameters: { initProcessEnabled: true } });
  const sleeps = script('exec sleep 600', { linuxParameters: { initProcessEnabled: true } });
  await world.engine.start([sleeps]);
  await reaches(world, sleeps.taskId, 'running');
  daemon.signal('SIGSTOP');
  later(t, () => daemon.signal('SIGCONT'));
  const [waits, back] = [runs, orderOf(['true'])];
  await world.engine.start([waits, back]);
  await world.engine.stop(sleeps.taskId, 30);
  assert.equal((await stateOf(world, sleeps.taskId))?.kind, 'running');
  assert.equal(await world.engine.recall(back.taskId), true);
  daemon.signal('SIGCONT');
  await reaches(world, waits.taskId, 'exited');
  assert.equal(world.output(waits.taskId), 'ran\n');
  assert.equal((await reaches(world, sleeps.taskId, 'exited')).exitCode, 143);
  await until(world, 'removal', () => containersOf(world.dataId, daemon.host).length === 2 || undefined);
});
