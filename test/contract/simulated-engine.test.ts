import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StartOrder, TaskReport } from '../../src/engines/engine.ts';
import { SimulatedEngine } from '../../src/engines/simulated/engine.ts';
import { type Behaviour, SimulatedMachine } from '../../src/engines/simulated/simulated-machine.ts';
import { FakeClock, FakeTimers } from '../support/fakes.ts';
import { orderOf } from '../support/orders.ts';
import { COMMANDS, type EngineWorld, engineSuite } from './engine-suite.ts';

/** The suite's commands as behaviours. */
const asCommanded = ({ container: { command } }: StartOrder): Behaviour => {
  const [word, , script = ''] = command;
  const code = /^exit (\d+)$/.exec(script)?.[1];
  const signal = /^exec kill -(\d+)/.exec(script)?.[1];
  if (word === 'sleep') return {};
  if (script.startsWith('trap')) return { ignoresTerm: true };
  if (word === COMMANDS.missing[0]) {
    return {
      failsToStart: `CannotStartContainerError: Error response from daemon: exec: "${word}": executable file not found in $PATH`,
    };
  }
  return { runsForMilliseconds: 5, exitCode: signal ? 128 + Number(signal) : Number(code ?? 0) };
};

const openSimulated = async (
  behaviour = asCommanded,
): Promise<EngineWorld & { machine: SimulatedMachine }> => {
  const clock = new FakeClock();
  const timers = new FakeTimers();
  const machine = new SimulatedMachine({ clock, timers, behaviour });
  const world = {
    machine,
    engine: new SimulatedEngine(machine),
    reopen: async () => {
      await world.engine.close();
      world.engine = new SimulatedEngine(machine);
    },
    tick: async () => {
      clock.advance(50);
      timers.advance(50);
    },
    output: () => undefined,
  };
  return world;
};

engineSuite('simulated', () => openSimulated());

test('a simulated reboot loses what runs and nothing else', async () => {
  const world = await openSimulated();
  const [running, ended, waiting] = [
    orderOf(COMMANDS.sleep),
    orderOf(COMMANDS.succeed),
    orderOf(COMMANDS.succeed),
  ];
  await world.engine.start([ended, running, { ...waiting, after: running.taskId }]);
  await world.tick();
  await world.tick();
  world.machine.reboot();
  const kinds = new Map((await world.engine.list()).map((report) => [report.taskId, report.kind]));
  assert.deepEqual(
    [running, ended, waiting].map((o) => kinds.get(o.taskId)),
    ['lost', 'exited', 'waiting'],
  );
});

test('a behaviour says when a task begins, how long it runs and how it ends', async () => {
  const world = await openSimulated(() => ({
    startsAfterMilliseconds: 100,
    runsForMilliseconds: 200,
    exitCode: 137,
    reason: 'OutOfMemoryError: Container killed due to memory usage',
  }));
  const heard: TaskReport[] = [];
  world.engine.watch((reports) => heard.push(...reports));
  await world.engine.start([orderOf(COMMANDS.succeed)]);
  for (let i = 0; i < 8; i++) await world.tick();
  const [running, end] = heard;
  assert.ok(running?.kind === 'running' && end?.kind === 'exited');
  assert.deepEqual([end.stoppedAt - running.startedAt, end.exitCode], [200, 137]);
  assert.match(end.reason!, /OutOfMemory/);
});
