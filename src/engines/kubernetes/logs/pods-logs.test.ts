import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualTime } from '../../../../test/support/docker-imagined.ts';
import { ImaginedLogs, KeptFile } from '../../../../test/support/kubernetes-logs.ts';
import { podWith, running } from '../../../../test/support/pods.ts';
import { silentLog } from '../../../lib/logger.ts';
import type { Pod } from '../objects.ts';
import { FOLLOW_LIMITS } from './followed.ts';
import { PodsLogs, type PodsLogsSettings } from './pods-logs.ts';

const HINDERED = 'failed to create fsnotify watcher: too many open files';

const world = (more: Partial<PodsLogsSettings> = {}) => {
  const time = new VirtualTime();
  const logs = new ImaginedLogs(time);
  const files = new Map<string, KeptFile>();
  const silent = new Set<string>();
  const openLog = (taskId: string): KeptFile => {
    const file = files.get(taskId) ?? new KeptFile();
    files.set(taskId, file);
    return file;
  };
  const settings: PodsLogsSettings = {
    logs,
    clock: time,
    timers: time,
    log: silentLog,
    openLog,
    limits: FOLLOW_LIMITS,
    isSilent: (node) => silent.has(node),
    isAway: () => false,
    ...more,
  };
  const pod = (id: string, nodeName = 'n'): Pod => podWith(running(), { name: id, nodeName });
  const kept = new PodsLogs(settings);
  /** Resolves to whether it has finished within so many milliseconds. */
  const finish = async (id: string, milliseconds: number): Promise<boolean> => {
    let isDone = false;
    void kept.finish(id, pod(id)).then(() => (isDone = true));
    await time.pass(milliseconds);
    return isDone;
  };
  return { time, logs, kept, silent, pod, finish, settings, text: (id: string) => openLog(id).text };
};

test('what a task prints is kept as it comes, the rest at its end', async () => {
  const w = world();
  w.kept.follow('a', w.pod('a'));
  await w.time.pass(1000);
  w.logs.print('a', 'one');
  await w.time.pass(10);
  assert.equal(w.text('a'), 'one\n');
  w.logs.print('a', 'two');
  w.logs.end('a');
  assert.equal(await w.finish('a', 100), true);
  assert.equal(w.text('a'), 'one\ntwo\n');
});

test('K-128: a task that is over in less than 0.75 s is read at its end alone', async () => {
  const w = world();
  w.kept.follow('a', w.pod('a'));
  w.logs.print('a', 'one');
  await w.time.pass(700);
  assert.equal(await w.finish('a', 10), true);
  assert.deepEqual([w.text('a'), w.logs.asked], ['one\n', ['read a']]);
});

test('T-380: what a pod printed that is about to be taken away is read at once, and what it prints then is kept', async () => {
  const w = world();
  w.kept.follow('a', w.pod('a'));
  w.logs.print('a', 'one');
  void w.kept.catchUp('a', w.pod('a'));
  await w.time.pass(10);
  assert.equal(w.text('a'), 'one\n');
  w.logs.print('a', 'two');
  await w.time.pass(10);
  assert.equal(w.text('a'), 'one\ntwo\n');
  await w.finish('a', 100);
  assert.deepEqual([w.text('a'), w.logs.followers], ['one\ntwo\n', []]);
});

test('K-133: what is not to be kept is never read', async () => {
  const w = world();
  const pod = { ...w.pod('a'), annotations: { 'longshore.dev/log': 'none' } };
  w.kept.follow('a', pod);
  await w.time.pass(2000);
  await w.kept.finish('a', pod);
  assert.deepEqual(w.logs.asked, []);
});

test('K-125: a log that cannot be watched is polled from then on, and read to its end', async () => {
  const w = world();
  w.logs.of('a').faults = [{ words: HINDERED }];
  w.kept.follow('a', w.pod('a'));
  await w.time.pass(1000);
  w.logs.print('a', 'one');
  await w.time.pass(6000);
  assert.equal(w.text('a'), 'one\n');
  await w.time.pass(60_000);
  assert.deepEqual(
    w.logs.asked.filter((one) => one.startsWith('follow')),
    ['follow a'],
  );
  w.logs.print('a', 'two');
  await w.finish('a', 100);
  assert.equal(w.text('a'), 'one\ntwo\n');
});

test('K-126: beyond the limits of a node the oldest is polled, and followed again once there is room', async () => {
  const w = world({ limits: { most: 10, mostOnNode: 2 } });
  for (const id of ['a', 'b', 'c']) w.kept.follow(id, w.pod(id));
  await w.time.pass(1000);
  assert.deepEqual(w.logs.followers, ['b', 'c']);
  w.logs.print('a', 'one');
  await w.time.pass(6000);
  assert.equal(w.text('a'), 'one\n');
  await w.finish('b', 2000);
  assert.deepEqual(w.logs.followers, ['c', 'a']);
});

test('K-127: what is polled is read in turn, twenty a second and each after five seconds at the earliest', async () => {
  const w = world({ limits: { most: 1, mostOnNode: 1 } });
  const ids = Array.from({ length: 201 }, (_, n) => `p${n}`);
  for (const id of ids) w.kept.follow(id, w.pod(id));
  await w.time.pass(5000);
  w.logs.asked.length = 0;
  await w.time.pass(10_050);
  assert.ok(Math.abs(w.logs.asked.length - 200) <= 2, String(w.logs.asked.length));
  assert.equal(new Set(w.logs.asked).size, 200);
});

test('K-127: a few that are polled are not read all the time', async () => {
  const w = world({ limits: { most: 1, mostOnNode: 1 } });
  for (const id of ['a', 'b']) w.kept.follow(id, w.pod(id));
  await w.time.pass(60_000);
  const reads = w.logs.asked.filter((one) => one === 'read a').length;
  assert.ok(reads >= 10 && reads <= 12, String(reads));
});

test('K-130: a follow that is silent for 60 s is asked for anew, and what it did not tell is kept', async () => {
  const w = world();
  w.logs.of('a').faults = [{ isDeaf: true }];
  w.kept.follow('a', w.pod('a'));
  await w.time.pass(1000);
  w.logs.print('a', 'one');
  await w.time.pass(50_000);
  assert.equal(w.text('a'), '');
  await w.time.pass(40_000);
  assert.equal(w.text('a'), 'one\n');
});

test('K-130: one that goes on talking is left alone', async () => {
  const w = world();
  w.kept.follow('a', w.pod('a'));
  for (let n = 0; n < 10; n++) {
    await w.time.pass(30_000);
    w.logs.print('a', `${n}`);
  }
  assert.deepEqual(w.logs.asked, ['follow a']);
});

test('K-129: a follow that breaks off is taken up again without a line lost or doubled', async () => {
  const w = world();
  w.logs.of('a').faults = [{ cutAfter: 50 }, { status: 0 }, { status: 503 }];
  w.kept.follow('a', w.pod('a'));
  w.logs.print('a', 'one', 'two', 'three');
  await w.time.pass(20_000);
  assert.equal(w.text('a'), 'one\ntwo\nthree\n');
  assert.deepEqual(w.logs.followers, ['a']);
});

test('K-129: the next server goes on where the last one stopped', async () => {
  const w = world();
  w.kept.follow('a', w.pod('a'));
  w.logs.print('a', 'one');
  await w.time.pass(1000);
  await w.kept.close();
  assert.deepEqual(w.logs.followers, []);
  w.logs.print('a', 'two');
  const next = new PodsLogs(w.settings);
  next.follow('a', w.pod('a'));
  await w.time.pass(1000);
  assert.equal(w.text('a'), 'one\ntwo\n');
});

test('K-131: a container that has not begun is asked about later', async () => {
  const w = world();
  w.logs.of('a').faults = [{ status: 400 }, { status: 400 }];
  w.kept.follow('a', w.pod('a'));
  w.logs.print('a', 'one');
  await w.time.pass(5000);
  assert.equal(w.text('a'), 'one\n');
});

test('K-131: with the pod gone its log says that the rest cannot be had, and its end is told', async () => {
  const w = world();
  w.logs.of('a').faults = [{ status: 404, says: 'pods "a" not found' }];
  assert.equal(await w.finish('a', 100), true);
  assert.equal(w.text('a'), 'longshore: the rest of this log could not be read: pods "a" not found\n');
});

test('K-129 K-131: a kubelet that has just begun knows no pod yet: it is asked again', async () => {
  const w = world();
  w.logs.print('a', 'one');
  const says = 'the server could not find the requested resource ( pods/log a)';
  w.logs.of('a').faults = [
    { status: 404, says },
    { status: 404, says },
  ];
  assert.equal(await w.finish('a', 10_000), true);
  assert.equal(w.text('a'), 'one\n');
});

test('K-131: of a node that does not answer nothing is asked', async () => {
  const w = world();
  w.silent.add('n');
  assert.equal(await w.finish('a', 100), true);
  assert.match(w.text('a'), /could not be read: its node n does not answer\n$/);
  assert.deepEqual(w.logs.asked, []);
});

test('K-132: five faults of one log end its task without the rest, over a minute, and its log says so', async () => {
  const w = world();
  w.logs.print('a', 'one');
  w.logs.of('a').faults = Array.from({ length: 5 }, () => ({ status: 500 }));
  assert.equal(await w.finish('a', 60_000), false);
  await w.time.pass(10_000);
  assert.equal(w.text('a'), 'longshore: the rest of this log could not be read: the API server said 500\n');
});

test('K-132 K-078: four faults, and an API server that is away or busy for long, cost nothing', async () => {
  const w = world({ isAway: () => true });
  w.logs.print('a', 'one');
  const away = Array.from({ length: 12 }, (_, n) => ({ status: n % 2 === 0 ? 0 : 429 }));
  w.logs.of('a').faults = [...Array.from({ length: 4 }, () => ({ status: 500 })), ...away];
  assert.equal(await w.finish('a', 150_000), false);
  await w.time.pass(150_000);
  assert.equal(w.text('a'), 'one\n');
});

test('K-132: a log that never comes is a fault like another while the API server answers all else', async () => {
  const w = world();
  w.logs.print('a', 'one');
  w.logs.of('a').faults = Array.from({ length: 5 }, () => ({ status: 0, late: 30_000 }));
  assert.equal(await w.finish('a', 210_000), false);
  await w.time.pass(10_000);
  assert.equal(w.text('a'), 'longshore: the rest of this log could not be read: socket hang up\n');
});

test('K-132: faults count anew for a log that comes in parts', async () => {
  const w = world();
  for (let n = 0; n < 9; n++) {
    w.logs.print('a', `${n}`);
    await w.time.pass(1000);
  }
  w.logs.of('a').faults = Array.from({ length: 8 }, () => [
    { status: 500 },
    { status: 500 },
    { breaksAfter: 120 },
  ]).flat();
  await w.finish('a', 600_000);
  assert.equal(w.text('a'), Array.from({ length: 9 }, (_, n) => `${n}\n`).join(''));
});

test('what has been finished is known no more: the same id may be followed anew', async () => {
  const w = world();
  w.kept.follow('a', w.pod('a'));
  await w.time.pass(1000);
  await w.finish('a', 100);
  w.kept.follow('a', w.pod('a'));
  await w.time.pass(1000);
  assert.deepEqual(w.logs.followers, ['a']);
});

test('a file that cannot be opened costs the log, and not the task', async () => {
  const said: string[] = [];
  const openLog = (): KeptFile => {
    throw new Error('no room');
  };
  const w = world({ openLog, log: { ...silentLog, error: (_, message) => void said.push(message) } });
  w.kept.follow('a', w.pod('a'));
  assert.equal(await w.finish('a', 100), true);
  assert.deepEqual(said, ['a log was not kept', 'a log was not kept']);
});

test('a task that never ran has its reason as its log, once', () => {
  const w = world();
  w.kept.write('a', 'CannotPullContainerError: x');
  w.kept.write('a', 'CannotPullContainerError: x');
  assert.equal(w.text('a'), 'CannotPullContainerError: x\n');
});

test('of a pod that has vanished nothing is asked any more', async () => {
  const w = world({ limits: { most: 1, mostOnNode: 1 } });
  for (const id of ['a', 'b']) w.kept.follow(id, w.pod(id));
  await w.time.pass(10_000);
  for (const id of ['a', 'b']) void w.kept.drop(id);
  await w.time.pass(10);
  w.logs.asked.length = 0;
  await w.time.pass(60_000);
  assert.deepEqual([w.logs.asked, w.logs.followers], [[], []]);
});
