import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../test/sim/random.ts';
import { ImaginedDaemon, openImagined, VirtualTime } from '../../../test/support/docker-imagined.ts';
import { orderOf } from '../../../test/support/orders.ts';
import type { TaskReport } from '../engine.ts';
import { DaemonRefusal } from './answers.ts';

const BROKEN = new DaemonRefusal(500, 'panic');
const ID = 'a'.repeat(32);

/** An engine that has one task, whose container runs for as long as it is let. */
const running = async (prepare: (daemon: ImaginedDaemon) => void = () => {}) => {
  const time = new VirtualTime();
  const daemon = new ImaginedDaemon(time, new Random(1));
  daemon.isUneasy = false;
  daemon.runsForEver = true;
  const engine = await openImagined(daemon, time);
  const heard: TaskReport[] = [];
  engine.watch((reports) => heard.push(...reports));
  prepare(daemon);
  daemon.asked.length = 0;
  await engine.start([orderOf([], { taskId: ID })]);
  const asked = (...kinds: string[]) =>
    daemon.asked.filter((what) => kinds.some((kind) => what.startsWith(kind)));
  return { time, daemon, engine, heard, asked };
};

test('a task that still runs after a moment is told with its start, and its log followed from then on', async () => {
  const { time, heard, asked } = await running();
  await time.pass(200);
  assert.deepEqual([heard, asked('follow')], [[], []]);
  await time.pass(400);
  assert.deepEqual(
    heard.map((report) => report.kind),
    ['running'],
  );
  await time.pass(400);
  assert.deepEqual(asked('create', 'start', 'inspect', 'follow'), ['create', 'start', 'inspect', 'follow']);
});

test('a daemon that does not say when it began is asked again', async () => {
  const { time, heard, asked } = await running((daemon) => {
    daemon.noes.inspect = [BROKEN, BROKEN];
  });
  await time.pass(2000);
  assert.deepEqual([heard.length, asked('inspect').length], [1, 3]);
});

test('a stop has its grace, one without any is a kill, and one that breaks is told again', async () => {
  const { time, engine, heard, asked } = await running((daemon) => {
    daemon.noes['stop 30'] = [BROKEN, BROKEN];
  });
  await time.pass(1000);
  await engine.stop(ID, 30);
  await time.pass(1200);
  assert.deepEqual(asked('stop', 'kill'), ['stop 30', 'stop 30', 'stop 30']);
  await time.pass(100);
  assert.equal(heard.at(-1)!.kind, 'exited');
  const other = await running();
  await other.time.pass(1000);
  await other.engine.stop(ID, 0);
  await other.time.pass(1000);
  assert.deepEqual(other.asked('stop', 'kill'), ['kill']);
});

test('a stop that the daemon refuses is not told again: the container has ended', async () => {
  const { time, engine, asked } = await running((daemon) => {
    daemon.noes['stop 5'] = [new DaemonRefusal(404, 'No such container')];
  });
  await time.pass(1000);
  await engine.stop(ID, 5);
  await time.pass(5000);
  assert.deepEqual(asked('stop'), ['stop 5']);
});

test('a task that is short is told by its end alone, and its log is read once', async () => {
  const { time, engine, heard, asked } = await running();
  await time.pass(20);
  await engine.stop(ID, 0);
  await time.pass(2000);
  assert.deepEqual(
    heard.map((report) => report.kind),
    ['exited'],
  );
  assert.deepEqual(asked('log', 'follow', 'inspect'), ['inspect', 'log']);
});

test('who stands behind a task begins when that has ended, and what is forgotten is removed', async () => {
  const { time, daemon, engine } = await running();
  const next = orderOf([], { after: ID });
  await engine.start([next]);
  await time.pass(2000);
  assert.equal(daemon.starts.get(next.taskId), undefined);
  await engine.stop(ID, 0);
  await time.pass(2000);
  assert.equal(daemon.starts.get(next.taskId), 1);
  assert.equal(daemon.size, 2);
  await engine.forget([ID, next.taskId]);
  await time.pass(1000);
  assert.equal(daemon.size, 1);
});
