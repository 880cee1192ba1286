import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostsWorld } from '../../../../test/support/docker-hosts.ts';
import { orderOf } from '../../../../test/support/orders.ts';
import { DaemonRefusal } from '../answers.ts';

const LIMIT = 300_000;

/** Two daemons, and a task that runs on each. */
const world = async () => {
  const made = new HostsWorld('a', 'b');
  await made.open();
  return { world: made, onA: await made.run('a'), onB: await made.run('b') };
};

test('a task runs on the host that its order names, and all are listed, heard and stopped', async () => {
  const { world: w, onA, onB } = await world();
  assert.deepEqual([w.daemons.a!.running, w.daemons.b!.running], [1, 1]);
  assert.deepEqual([await w.kindOf(onA), await w.kindOf(onB)], ['running', 'running']);
  assert.equal(await w.engine.recall(onB), false);
  await w.engine.stop(onB, 30);
  await w.time.pass(2000);
  assert.deepEqual([w.daemons.a!.running, w.daemons.b!.running], [1, 0]);
  assert.ok(w.heard.some(({ taskId, kind }) => taskId === onB && kind === 'exited'));
  await w.engine.forget([onB]);
  await w.time.pass(2000);
  assert.deepEqual([w.daemons.b!.size, await w.kindOf(onB)], [0, undefined]);
});

for (const trouble of ['away', 'faulty'] as const) {
  test(`K-072 K-068: a daemon that is ${trouble} takes no tasks, its tasks go on, and once it is back nothing has been`, async () => {
    const { world: w, onA, onB } = await world();
    w.heard.length = 0;
    w.daemons.b!.goAway(trouble);
    await w.time.pass(15_000);
    assert.deepEqual(w.openHosts(), ['a']);
    await w.time.pass(LIMIT - 60_000);
    assert.deepEqual([await w.kindOf(onA), await w.kindOf(onB)], ['running', 'running']);
    w.daemons.b!.comeBack();
    await w.time.pass(15_000);
    assert.deepEqual(w.openHosts(), ['a', 'b']);
    assert.deepEqual([w.heard, await w.kindOf(onB), w.daemons.b!.running], [[], 'running', 1]);
    assert.deepEqual(w.logged, [
      'a host is silent: it takes no jobs, and what it runs is waited for: b',
      'a host is heard again: b',
    ]);
  });

  test(`K-067 K-069: a daemon that is ${trouble} for too long has lost its tasks, and no other; when it is back it shows what still runs`, async () => {
    const { world: w, onA, onB } = await world();
    w.heard.length = 0;
    w.daemons.b!.goAway(trouble);
    await w.time.pass(LIMIT + 60_000);
    assert.deepEqual(
      w.heard.map(({ taskId, kind }) => [taskId, kind]),
      [[onB, 'lost']],
    );
    assert.deepEqual([await w.kindOf(onA), await w.kindOf(onB)], ['running', 'lost']);
    assert.deepEqual(
      w.engine.hosts().map(({ isLost }) => isLost),
      [undefined, true],
    );
    w.daemons.b!.comeBack();
    await w.time.pass(15_000);
    assert.deepEqual(w.openHosts(), ['a'], 'nothing comes there before it is compared with the store');
    assert.equal(await w.kindOf(onB), 'lost', 'until the store has it');
    assert.equal((await w.engine.list()).length, 2, 'each task once');
    assert.deepEqual(
      w.heard.filter(({ kind }) => kind !== 'lost'),
      [],
      'nothing else is told of it',
    );
    await w.engine.forget([onB]);
    assert.equal(await w.kindOf(onB), 'running', 'a stray');
    assert.equal(await w.engine.recall(onB), false);
    w.daemons.b!.noes.kill = [new DaemonRefusal(500, 'busy')];
    await w.engine.stop(onB, 0);
    await w.engine.list();
    assert.deepEqual([w.openHosts(), w.daemons.b!.running], [['a'], 1], 'it may run yet');
    await w.time.pass(20_000);
    await w.engine.forget([onB]);
    await w.time.pass(2000);
    assert.equal(w.daemons.b!.size, 0);
    assert.deepEqual(w.openHosts(), ['a'], 'nobody has looked again');
    await w.engine.list();
    assert.deepEqual(w.openHosts(), ['a', 'b']);
  });
}

test('K-070: with never nothing is lost', async () => {
  const w = new HostsWorld('a', 'b');
  await w.open({ lostAfter: undefined });
  const id = await w.run('b');
  w.daemons.b!.goAway();
  await w.time.pass(100 * LIMIT);
  assert.equal(await w.kindOf(id), 'running');
});

test('an order that nothing was sent of is not listed while its host is silent, so that it is recalled and goes elsewhere', async () => {
  const w = new HostsWorld('a', 'b');
  await w.open();
  w.daemons.b!.goAway();
  const order = orderOf([], { host: 'b' });
  await w.engine.start([order]);
  await w.time.pass(15_000);
  assert.equal(await w.kindOf(order.taskId), undefined);
  assert.equal(await w.engine.recall(order.taskId), true);
  await w.engine.forget([order.taskId]);
  w.daemons.b!.comeBack();
  await w.time.pass(30_000);
  assert.deepEqual([w.daemons.b!.starts.size, w.daemons.b!.size], [0, 0]);
});

test('what was recalled before its order came never starts, on no host', async () => {
  const { world: w } = await world();
  const order = orderOf([], { host: 'a' });
  assert.equal(await w.engine.recall(order.taskId), true);
  await w.engine.start([order]);
  await w.time.pass(2000);
  assert.equal(w.daemons.a!.starts.has(order.taskId), false);
});

/** The server is started again while b is away, with what the store holds. */
const restartedWithoutB = async (more: Parameters<HostsWorld['open']>[0] = {}) => {
  const { world: w, onA, onB } = await world();
  w.daemons.b!.goAway();
  await w.restart(more);
  w.heard.length = 0;
  const intended = 'f'.repeat(32);
  w.engine.expect([
    { taskId: onA, host: 'a', startedAt: 1 },
    { taskId: onB, host: 'b', startedAt: 1 },
    { taskId: intended, host: 'b' },
  ]);
  return { world: w, onA, onB, intended };
};

test('a daemon that is silent at a start is a closed host with its name and size, and what the store has there is not lost', async () => {
  const { world: w, onA, onB, intended } = await restartedWithoutB();
  assert.deepEqual(
    w.engine.hosts().map(({ id, name, open, size }) => [id, name, open, size.milliVcpus]),
    [
      ['a', 'a', true, 8000],
      ['b', 'b', false, 8000],
    ],
  );
  assert.match(
    w.engine.about()[1]!,
    /^host b at tcp:\/\/b takes no jobs until it is heard: connect ECONNREFUSED/,
  );
  await w.time.pass(LIMIT - 60_000);
  assert.deepEqual(
    [await w.kindOf(onA), await w.kindOf(onB), await w.kindOf(intended)],
    ['running', 'running', 'waiting'],
  );
  assert.equal(await w.engine.recall(intended), false, 'it may have begun');
});

test('K-065: what it does not say within the limit, counted from the start, is lost', async () => {
  const { world: w, onB, intended } = await restartedWithoutB();
  await w.time.pass(LIMIT + 60_000);
  assert.deepEqual(
    w.heard.map(({ taskId, kind }) => [taskId, kind]),
    [
      [onB, 'lost'],
      [intended, 'lost'],
    ],
  );
});

test('when it is heard after all it says itself what it has, and stops what was told to stop meanwhile', async () => {
  const { world: w, onB, intended } = await restartedWithoutB();
  const other = 'e'.repeat(32);
  w.engine.expect([{ taskId: other, host: 'b', startedAt: 1 }]);
  await w.engine.stop(onB, 30);
  w.daemons.b!.comeBack();
  await w.time.pass(30_000);
  assert.deepEqual([await w.kindOf(onB), w.daemons.b!.running], ['exited', 0]);
  assert.equal(await w.kindOf(intended), undefined, 'it has nothing of it');
  assert.equal(await w.engine.recall(intended), true);
  assert.equal(await w.kindOf(other), undefined, 'so it is lost');
});

test('a host that is listed no more and has jobs is waited for like one that is silent, and gone with their loss', async () => {
  const { world: w, onB } = await restartedWithoutB({ at: ['a'] });
  assert.deepEqual(
    w.engine.hosts().map(({ name, open }) => [name, open]),
    [
      ['a', true],
      ['b', false],
    ],
  );
  await w.time.pass(LIMIT + 60_000);
  assert.equal(await w.kindOf(onB), 'lost');
  await w.engine.forget([onB, 'f'.repeat(32)]);
  assert.equal(w.engine.hosts().length, 1);
});

test('a daemon is known by its id: another address changes neither its name nor what it runs', async () => {
  const { world: w, onB } = await world();
  w.daemons.moved = w.daemons.b!;
  delete w.daemons.b;
  await w.restart();
  assert.deepEqual(
    w.engine.hosts().map(({ id, name }) => [id, name]),
    [
      ['a', 'a'],
      ['b', 'b'],
    ],
  );
  w.engine.expect([{ taskId: onB, host: 'b', startedAt: 1 }]);
  assert.deepEqual([w.engine.hosts().length, await w.kindOf(onB)], [2, 'running']);
});

test('one that has moved and is heard late takes over what is expected of it', async () => {
  const { world: w, onB } = await world();
  w.daemons.moved = w.daemons.b!;
  w.daemons.moved.goAway();
  delete w.daemons.b;
  await w.restart();
  w.engine.expect([{ taskId: onB, host: 'b', startedAt: 1 }]);
  assert.deepEqual(
    w.engine.hosts().map(({ name }) => name),
    ['a', 'tcp://moved', 'b'],
  );
  await w.engine.stop(onB, 30);
  w.daemons.moved.comeBack();
  await w.time.pass(30_000);
  assert.deepEqual(
    w.engine.hosts().map(({ id }) => id),
    ['a', 'b'],
  );
  assert.deepEqual([await w.kindOf(onB), w.daemons.moved.running], ['exited', 0]);
});

test('the same daemon at two addresses is refused, and the error says what to do', async () => {
  const w = new HostsWorld('a', 'b');
  w.daemons.c = w.daemons.b!;
  await assert.rejects(
    w.open(),
    /^SameDaemon: tcp:\/\/(b|c) and tcp:\/\/(b|c) are the same Docker daemon \(id b\): list it once; where they are two machines/,
  );
});

test('the same daemon that is heard late at its second address stays a closed host, and that is said once', async () => {
  const w = new HostsWorld('a', 'b');
  const twin = w.add('c');
  twin.goAway();
  await w.open();
  twin.id = 'b';
  twin.comeBack();
  await w.time.pass(60_000);
  assert.deepEqual(w.openHosts(), ['a', 'b']);
  assert.equal(w.logged.filter((line) => line.includes('are the same Docker daemon')).length, 1);
});

test('another daemon behind the address of a host is not taken for it: nothing is lost before its time', async () => {
  const { world: w, onB } = await world();
  const former = w.daemons.b!;
  w.daemons.b!.id = 'another';
  await w.time.pass(60_000);
  assert.deepEqual([w.openHosts(), await w.kindOf(onB)], [['a'], 'running']);
  former.id = 'b';
  await w.time.pass(60_000);
  assert.deepEqual([w.openHosts(), await w.kindOf(onB)], [['a', 'b'], 'running']);
});

test('a new daemon behind an address that was another’s is a host of its own, and the other is waited for', async () => {
  const { world: w, onB } = await world();
  w.daemons.b!.goAway();
  w.daemons.b = w.add('new');
  delete w.daemons.new;
  await w.restart();
  w.engine.expect([{ taskId: onB, host: 'b', startedAt: 1 }]);
  assert.deepEqual(
    w.engine.hosts().map(({ name, open }) => [name, open]),
    [
      ['a', true],
      ['new', true],
      ['b', false],
    ],
  );
  assert.equal(await w.kindOf(onB), 'running');
});

test('where no daemon is heard the engine does not start, and says why of each', async () => {
  const w = new HostsWorld('a', 'b');
  w.daemons.a!.goAway();
  w.daemons.b!.goAway('faulty');
  await assert.rejects(w.open(), /no daemon is heard: connect ECONNREFUSED; panic/);
});

test('J-183: an order that waits for a daemon says on which host', async () => {
  const { world: w } = await world();
  w.daemons.b!.goAway();
  const order = orderOf([], { host: 'b', jobId: 'j' });
  await w.engine.start([order]);
  assert.match(w.engine.waitReason('j')!, /^on host b: waits for the Docker daemon/);
});

test('what is told lost is not recalled, whatever the daemon that is back knows of it', async () => {
  const { world: w, onB } = await world();
  w.daemons.b!.goAway();
  await w.time.pass(LIMIT + 60_000);
  const fresh = w.add('fresh');
  fresh.id = 'b';
  w.daemons.b = fresh;
  delete w.daemons.fresh;
  await w.time.pass(15_000);
  assert.equal(await w.kindOf(onB), 'lost');
  assert.deepEqual([w.openHosts(), await w.engine.recall(onB)], [['a'], false], 'the store does not have it');
  await w.engine.forget([onB]);
  await w.engine.list();
  assert.deepEqual(w.openHosts(), ['a', 'b'], 'that has nothing to stop');
});

test('where another daemon answers at the address of one that is silent, what is expected of that is waited for', async () => {
  const { world: w, onB } = await restartedWithoutB();
  const other = w.add('other');
  delete w.daemons.other;
  w.daemons.b = other;
  await w.time.pass(30_000);
  await w.engine.list();
  assert.deepEqual(
    w.engine.hosts().map(({ id, open }) => [id, open]),
    [
      ['a', true],
      ['other', true],
      ['b', false],
    ],
  );
  assert.equal(await w.kindOf(onB), 'running');
});
