import assert from 'node:assert/strict';
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TaskReport } from '../../src/engines/engine.ts';
import { COMMANDS, reaches, stateOf, until } from '../contract/engine-suite.ts';
import { orderOf } from '../support/orders.ts';
import { openProcessWorld, type ProcessWorld, realClock } from '../support/process-world.ts';

/** The pids of the helper and of the shims of one data folder. */
const shellsOf = (world: ProcessWorld, script: 'helper.sh' | 'shim.sh', taskId = ''): number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      const line = readCommand(pid);
      return line.includes(join(world.dataDir, 'helper', script)) && line.includes(taskId);
    })
    .map(Number);

const readCommand = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

const gone = (world: ProcessWorld, pid: number) =>
  until(world, `${pid} is gone`, () => !readCommand(String(pid)) || undefined);

/** The helper leads its session; what it has just forked does not, and becomes something else in a moment. */
const helpersOf = (world: ProcessWorld): number[] =>
  shellsOf(world, 'helper.sh').filter((pid) => {
    const stat = readIf(`/proc/${pid}/stat`) ?? '';
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]) === pid;
  });

const killHelper = async (world: ProcessWorld): Promise<void> => {
  for (const pid of helpersOf(world)) {
    process.kill(pid, 'SIGKILL');
    await gone(world, pid);
  }
};

/** A task that says in a file how often it ran. */
const counted = (world: ProcessWorld, then = '') =>
  orderOf(['sh', '-c', `echo x >>${join(world.dataDir, 'runs')}-$LONGSHORE_TASK_ID; ${then}`]);

const runsOf = (world: ProcessWorld, taskId: string): number =>
  readFileSync(join(world.dataDir, `runs-${taskId}`), 'utf8').length / 2;

test('a killed helper: what runs goes on and its end is known, what comes is run by another', async (t) => {
  const world = await openProcessWorld(t);
  const before = orderOf(COMMANDS.sleep);
  await world.engine.start([before]);
  await reaches(world, before.taskId, 'running');
  await killHelper(world);
  const after = orderOf(COMMANDS.exit(6));
  await world.engine.start([after]);
  assert.equal((await reaches(world, after.taskId, 'exited')).exitCode, 6);
  await world.engine.stop(before.taskId, 30);
  assert.equal((await reaches(world, before.taskId, 'exited')).exitCode, 143);
  assert.equal(helpersOf(world).length, 1);
});

test('orders that a killed helper had not read are carried out, once each', async (t) => {
  const world = await openProcessWorld(t);
  await world.engine.start([orderOf(COMMANDS.succeed)]);
  const [helper] = await until(world, 'the helper', () => {
    const found = helpersOf(world);
    return found.length === 1 ? found : undefined;
  });
  process.kill(helper!, 'SIGSTOP');
  const orders = Array.from({ length: 50 }, () => counted(world));
  await world.engine.start(orders);
  process.kill(helper!, 'SIGKILL');
  for (const { taskId } of orders) {
    await reaches(world, taskId, 'exited');
    assert.equal(runsOf(world, taskId), 1);
  }
});

test('a helper killed at any moment of many starts: every task runs once', async (t) => {
  const world = await openProcessWorld(t);
  const orders = Array.from({ length: 200 }, () => counted(world));
  for (let i = 0; i < orders.length; i += 20) {
    await world.engine.start(orders.slice(i, i + 20));
    if (i % 60 === 20) await killHelper(world);
    await world.tick();
  }
  for (const { taskId } of orders) {
    await reaches(world, taskId, 'exited');
    assert.equal(runsOf(world, taskId), 1);
  }
});

/** Kills a task's shim, once what it forked has become the command. */
const killShim = async (world: ProcessWorld, taskId: string): Promise<void> => {
  const [pid] = await until(world, 'the shim is alone', () => {
    const found = shellsOf(world, 'shim.sh', taskId);
    return found.length === 1 ? found : undefined;
  });
  process.kill(pid!, 'SIGKILL');
  await gone(world, pid!);
};

test('a killed shim: its task goes on, and is lost when it ends, for its exit code is', async (t) => {
  const world = await openProcessWorld(t);
  const heard: TaskReport[] = [];
  world.engine.watch((reports) => heard.push(...reports));
  const order = orderOf(COMMANDS.sleep);
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'running');
  await killShim(world, order.taskId);
  assert.equal((await stateOf(world, order.taskId))?.kind, 'running');
  await world.engine.stop(order.taskId, 0);
  await until(world, 'the report', () => heard.find((report) => report.kind === 'lost'));
  assert.equal((await stateOf(world, order.taskId))?.kind, 'lost');
});

test('a killed shim: those in line behind its task run after it', async (t) => {
  const world = await openProcessWorld(t);
  const first = orderOf(COMMANDS.sleep);
  const second = orderOf(COMMANDS.exit(2), { after: first.taskId });
  await world.engine.start([first, second]);
  await reaches(world, first.taskId, 'running');
  await killShim(world, first.taskId);
  await world.engine.stop(first.taskId, 0);
  await reaches(world, second.taskId, 'exited');
});

test('a server that dies: tasks begin, end, follow each other and are reported to the next one', async (t) => {
  const world = await openProcessWorld(t);
  const first = orderOf(['sh', '-c', 'sleep 0.3; exit 1']);
  const line = [first];
  for (let i = 2; i < 6; i++) line.push(orderOf(COMMANDS.exit(i), { after: line.at(-1)!.taskId }));
  await world.engine.start(line);
  await world.reopen();
  await world.engine.start(line);
  for (const [i, order] of line.entries()) {
    assert.equal((await reaches(world, order.taskId, 'exited')).exitCode, i + 1);
  }
});

test('nobody reads the events of thousands of tasks: they run all the same', async (t) => {
  const world = await openProcessWorld(t);
  const gate = join(world.dataDir, 'gate');
  const line = [orderOf(['sh', '-c', `until [ -e '${gate}' ]; do sleep 0.02; done`])];
  for (let i = 0; i < 1200; i++) line.push(orderOf(COMMANDS.succeed, { after: line.at(-1)!.taskId }));
  await world.engine.start(line);
  await reaches(world, line[0]!.taskId, 'running');
  await world.engine.close();
  writeFileSync(gate, '');
  // one after the other: each has the whole deadline, however slow the machine is
  for (const [at, { taskId }] of line.entries()) {
    const end = join(world.dataDir, 'tasks', taskId, 'exit');
    await until(world, `the end of task ${at}`, () => readIf(end));
  }
  await world.reopen();
  assert.equal((await reaches(world, line.at(-1)!.taskId, 'exited')).exitCode, 0);
});

const readIf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

const GARBAGE = [
  't',
  't ',
  't 00',
  'x',
  'x *',
  't ../../etc',
  `t ${'g'.repeat(32)}`,
  '\n\n',
  't \0\xff',
  `t ${'0'.repeat(31)}`,
  'z'.repeat(3000),
];

for (const [i, garbage] of GARBAGE.entries()) {
  test(`a torn or foreign order (${i + 1}) does nothing, the next one is heard`, async (t) => {
    const world = await openProcessWorld(t);
    const first = orderOf(COMMANDS.exit(1));
    await world.engine.start([first]);
    await reaches(world, first.taskId, 'exited');
    const fd = openSync(join(world.dataDir, 'helper', 'orders'), constants.O_WRONLY | constants.O_NONBLOCK);
    writeSync(fd, garbage);
    closeSync(fd);
    await world.reopen();
    const second = orderOf(COMMANDS.exit(2));
    await world.engine.start([second]);
    assert.equal((await reaches(world, second.taskId, 'exited')).exitCode, 2);
    assert.equal((await reaches(world, first.taskId, 'exited')).exitCode, 1);
    assert.deepEqual(readdirSync(join(world.dataDir, 'tasks')).sort(), [first.taskId, second.taskId].sort());
  });
}

test('a torn `run` of a server that died writing it is written anew, and never counts as run', async (t) => {
  const world = await openProcessWorld(t);
  const order = counted(world, 'exit 8');
  const folder = join(world.dataDir, 'tasks', order.taskId);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'run'), ': memory 128\nexec >>/dev/nu');
  await world.engine.start([order]);
  assert.equal((await reaches(world, order.taskId, 'exited')).exitCode, 8);
  assert.equal(runsOf(world, order.taskId), 1);
});

test('a torn exit record is no exit record yet', async (t) => {
  const world = await openProcessWorld(t);
  const order = orderOf(COMMANDS.sleep);
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'running');
  writeFileSync(join(world.dataDir, 'tasks', order.taskId, 'exit'), '1');
  assert.equal((await stateOf(world, order.taskId))?.kind, 'running');
});

const startTicksOf = (pid: number): string => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!;
};

test('after another boot what ran is lost, and no process of this boot is signalled for it', async (t) => {
  const world = await openProcessWorld(t, { clock: { ...realClock, bootId: 'another' } });
  const order = orderOf(COMMANDS.succeed);
  const folder = join(world.dataDir, 'tasks', order.taskId);
  const self = `${process.pid} ${startTicksOf(process.pid)}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'start'), `${realClock.bootId} ${self}\n${self}\n`);
  await world.engine.stop(order.taskId, 0);
  assert.equal((await stateOf(world, order.taskId))?.kind, 'lost');
  await world.engine.start([order]);
  assert.equal((await stateOf(world, order.taskId))?.kind, 'lost');
});

test('a pid that came round is another process: its start time says so', async (t) => {
  const world = await openProcessWorld(t);
  const order = orderOf(COMMANDS.succeed);
  const folder = join(world.dataDir, 'tasks', order.taskId);
  const before = `${process.pid} 1`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'start'), `${realClock.bootId} ${before}\n${before}\n`);
  await world.engine.stop(order.taskId, 0);
  assert.equal((await stateOf(world, order.taskId))?.kind, 'lost');
});

test('a claim without a command is lost after ten seconds of the steady clock, whatever the wall clock does', async (t) => {
  let steady = 0;
  let wall = Date.now();
  const clock = { ...realClock, steady: () => steady, wall: () => wall };
  const world = await openProcessWorld(t, { clock });
  const order = orderOf(COMMANDS.succeed);
  const folder = join(world.dataDir, 'tasks', order.taskId);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'start'), '');
  assert.equal((await stateOf(world, order.taskId))?.kind, 'running');
  wall += 86_400_000;
  steady = 9_999;
  assert.equal((await stateOf(world, order.taskId))?.kind, 'running');
  wall -= 2 * 86_400_000;
  steady = 10_000;
  assert.equal((await stateOf(world, order.taskId))?.kind, 'lost');
});
