import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostsWorld } from '../../../../test/support/docker-hosts.ts';
import { orderOf } from '../../../../test/support/orders.ts';
import { DaemonRefusal } from '../answers.ts';

/* What hosts are for who places tasks: how large, open or not, and why. */

const LIMIT = 300_000;

test('a host has what its daemon says, or what is said of each, and no vCPUs beyond those', async () => {
  const w = new HostsWorld('a', 'b');
  w.daemons.b!.vcpus = 2;
  await w.open();
  const sizes = () =>
    w.engine.hosts().map(({ name, size, cpuIsWeight }) => [name, size.milliVcpus, cpuIsWeight]);
  assert.deepEqual(sizes(), [
    ['a', 8000, false],
    ['b', 2000, false],
  ]);
  w.daemons.b!.vcpus = 4;
  await w.time.pass(15_000);
  assert.deepEqual(sizes()[1], ['b', 4000, false], 'it is asked again');
  await w.restart({ sizeOfEach: { milliVcpus: 1000, memoryMiB: 1024, gpus: 2 } });
  assert.deepEqual(
    w.engine.hosts().map(({ size }) => size.gpus),
    [2, 2],
  );
});

test('a host that takes no tasks says why', async () => {
  const w = new HostsWorld('a', 'b', 'c');
  w.daemons.c!.goAway();
  await w.open();
  const whyOf = (id: string) => w.engine.hosts().find(({ name }) => name.endsWith(id))!.why;
  assert.deepEqual([whyOf('a'), whyOf('b')], [undefined, undefined]);
  assert.equal(whyOf('c'), 'not heard since this server started: connect ECONNREFUSED');
  await w.run('b');
  w.daemons.b!.goAway();
  await w.time.pass(15_000);
  assert.match(whyOf('b')!, /^silent since 2026-01-01T00:\d\d:\d\dZ: connect ECONNREFUSED$/);
  await w.time.pass(LIMIT + 60_000);
  assert.equal(whyOf('b'), 'not heard for too long, what it ran is lost: connect ECONNREFUSED');
  w.daemons.b!.comeBack();
  Object.assign(w.daemons.c!, { id: 'a' }).comeBack();
  await w.time.pass(15_000);
  assert.equal(whyOf('b'), 'heard, and not compared yet with what should run there');
  assert.match(
    whyOf('c')!,
    /^not heard for too long, what it ran is lost: tcp:\/\/c and tcp:\/\/a are the same/,
  );
});

test('a daemon that is slow is not silent', async () => {
  const w = new HostsWorld('a', 'b');
  await w.open();
  w.daemons.b!.isUneasy = false;
  const delays = w.daemons.b! as unknown as { delay: () => Promise<void> };
  delays.delay = () => new Promise((done) => void w.time.after(9000, done));
  await w.time.pass(2 * LIMIT);
  assert.deepEqual([w.openHosts(), w.logged], [['a', 'b'], []]);
});

test('a daemon that answers 5xx to creates takes no tasks for a minute, and their orders go elsewhere without an attempt', async () => {
  const w = new HostsWorld('a', 'b', 'c');
  await w.open();
  const full = () => Array.from({ length: 50 }, () => new DaemonRefusal(500, 'no space left on device'));
  w.daemons.b!.noes.create = full();
  const [first, second] = [orderOf([], { host: 'b', jobId: 'j' }), orderOf([], { host: 'b', jobId: 'k' })];
  await w.engine.start([first, second]);
  await w.time.pass(15_000);
  assert.deepEqual([w.heard, w.openHosts()], [[], ['a', 'c']]);
  assert.deepEqual([await w.kindOf(first.taskId), await w.engine.recall(first.taskId)], [undefined, true]);
  assert.equal(await w.engine.recall(second.taskId), true);
  await w.engine.forget([first.taskId, second.taskId]);
  await w.time.pass(70_000);
  assert.deepEqual(w.openHosts(), ['a', 'b', 'c'], 'a minute after');
  assert.deepEqual(w.logged, ['a host makes no containers: it takes no jobs for a minute: b']);
  w.daemons.a!.noes.create = full();
  const again = orderOf([], { host: 'a', jobId: 'j' });
  await w.engine.start([again, orderOf([], { host: 'c', jobId: 'k' })]);
  await w.time.pass(15_000);
  const kinds = w.heard.map(({ taskId, kind }) => [taskId === again.taskId, kind]);
  assert.deepEqual(kinds.sort(), [
    [false, 'running'],
    [true, 'failed'],
  ]);
  assert.deepEqual(w.openHosts(), ['a', 'b', 'c'], 'two hosts say no to it: that is the job’s own fault');
});

test('two daemons that have changed addresses are told to be another each, lost after their time, and met again then', async () => {
  const w = new HostsWorld('a', 'b', 'c');
  await w.open();
  const onB = await w.run('b');
  const { b, c } = w.daemons;
  for (const daemon of [b!, c!]) daemon.goAway();
  await w.time.pass(5000);
  // what is asked at an address reaches the other
  Object.assign(b!, { id: 'c' });
  Object.assign(c!, { id: 'b' });
  for (const daemon of [b!, c!]) daemon.comeBack();
  await w.time.pass(60_000);
  assert.deepEqual(w.openHosts(), ['a']);
  assert.deepEqual(
    w.logged.filter((line) => !line.startsWith('a host')),
    ['b: its id is c and not b', 'c: its id is b and not c'].map(
      (what) => `another Docker daemon answers at tcp://${what}`,
    ),
  );
  await w.time.pass(LIMIT + 60_000);
  await w.engine.forget([onB]);
  await w.time.pass(60_000);
  await w.engine.list();
  await w.engine.list();
  assert.deepEqual(w.openHosts().sort(), ['a', 'b', 'c']);
});

test('a daemon whose id is another each time is refused by name', async () => {
  const w = new HostsWorld('a');
  let asked = 0;
  Object.defineProperty(w.daemons.a!, 'id', { get: () => `id${asked++}` });
  await assert.rejects(w.open(), /no daemon is heard: the daemon at tcp:\/\/a says no id that stays/);
});
