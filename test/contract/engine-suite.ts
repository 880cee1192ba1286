import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ContainerSpec } from '../../src/domain/container.ts';
import type { Engine, StartOrder, TaskReport } from '../../src/engines/engine.ts';
import { containerOf, orderOf } from '../support/orders.ts';

/** One engine under test, with what the suite must see beside the interface. */
export interface EngineWorld {
  engine: Engine;
  /** Lets go of the engine and takes another over the same tasks, as after the server's death. */
  reopen(): Promise<void>;
  /** Lets time go on a little: real engines wait, the simulated one is told. */
  tick(): Promise<void>;
  /** What a task has printed; undefined where nothing prints. */
  output(taskId: string): string | undefined;
}

/** Where engines differ on purpose. */
export interface Traits {
  /** What an empty command comes to; undefined where the suite's image has a command of its own. */
  readonly emptyCommand?: RegExp;
  /** What a program that there is not comes to; undefined: Docker's words. */
  readonly missing?: RegExp;
  /** Something that cannot be done here, and the member that asks for it. */
  readonly impossible: { readonly member: string; readonly container: Partial<ContainerSpec> };
}

export const NO_CONTAINER: Traits = {
  emptyCommand: /entrypoint.*Docker engine/,
  impossible: {
    member: 'resourceRequirements',
    container: { resourceRequirements: [{ type: 'GPU', value: '1' }] },
  },
};

const MISSING =
  /^CannotStartContainerError: Error response from daemon: .*exec: "no-such-program-here": executable file not found in \$PATH/;

export type OpenWorld = (t: TestContext) => Promise<EngineWorld>;

/** Commands that every engine of the suite understands. */
export const COMMANDS = {
  succeed: ['true'],
  exit: (code: number) => ['sh', '-c', `exit ${code}`],
  dieOf: (signal: number) => ['sh', '-c', `exec kill -${signal} $$`],
  sleep: ['sleep', '600'],
  stubborn: ['sh', '-c', 'trap "" TERM; echo ready; while :; do sleep 0.05; done'],
  missing: ['no-such-program-here'],
} as const;

/** In a container the command is process 1, which the kernel keeps from its own signals: an init stands before it. */
const withInit = (order: StartOrder): StartOrder => ({
  ...order,
  container: { ...order.container, linuxParameters: { initProcessEnabled: true } },
});

const DEADLINE_MILLISECONDS = 60_000;

/** Ticks until `look` gives something; fails after a deadline that is far beyond what it takes. */
export const until = async <T>(
  world: Pick<EngineWorld, 'tick'>,
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
): Promise<T> => {
  const end = Date.now() + DEADLINE_MILLISECONDS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    assert.ok(Date.now() < end, `waited in vain: ${what}`);
    await world.tick();
  }
};

export const stateOf = async (world: EngineWorld, taskId: string): Promise<TaskReport | undefined> =>
  (await world.engine.list()).find((report) => report.taskId === taskId);

export const reaches = <K extends TaskReport['kind']>(world: EngineWorld, taskId: string, kind: K) =>
  until(world, `${taskId} ${kind}`, async () => {
    const report = await stateOf(world, taskId);
    return report?.kind === kind ? (report as Extract<TaskReport, { kind: K }>) : undefined;
  });

/** What every engine keeps. */
export const engineSuite = (name: string, open: OpenWorld, traits: Traits = NO_CONTAINER): void => {
  const contract = (title: string, body: (world: EngineWorld) => Promise<void>): void => {
    test(`${name}: ${title}`, async (t) => body(await open(t)));
  };

  for (const code of [0, 1, 2, 3, 77, 126, 127, 128, 255]) {
    contract(`J-186: a command that ends with ${code} is reported with ${code}`, async (world) => {
      const order = orderOf(COMMANDS.exit(code));
      await world.engine.start([order]);
      const report = await reaches(world, order.taskId, 'exited');
      assert.equal(report.exitCode, code);
      assert.equal(report.reason, undefined);
      assert.ok(report.startedAt <= report.stoppedAt);
    });
  }

  for (const signal of [1, 2, 3, 6, 9, 11, 13, 15]) {
    contract(`death by signal ${signal} is exit code ${128 + signal}`, async (world) => {
      const order = withInit(orderOf(COMMANDS.dieOf(signal)));
      await world.engine.start([order]);
      assert.equal((await reaches(world, order.taskId, 'exited')).exitCode, 128 + signal);
    });
  }

  contract('watch hears that a task runs and that it ended', async (world) => {
    const heard: TaskReport[] = [];
    world.engine.watch((reports) => heard.push(...reports));
    const order = orderOf(COMMANDS.exit(7));
    await world.engine.start([order]);
    const end = await until(world, 'the end', () => heard.find((report) => report.kind === 'exited'));
    assert.deepEqual([end.taskId, end.kind === 'exited' && end.exitCode], [order.taskId, 7]);
  });

  contract('a task started twice, or again after its end, is one task', async (world) => {
    const order = withInit(orderOf(COMMANDS.sleep));
    await Promise.all([world.engine.start([order]), world.engine.start([order, order])]);
    await reaches(world, order.taskId, 'running');
    // a process engine's task is running from its claim on; its start is known an instant later
    await world.tick();
    const first = await stateOf(world, order.taskId);
    await world.engine.start([order]);
    assert.deepEqual(await stateOf(world, order.taskId), first);
    await world.engine.stop(order.taskId, 0);
    const end = await reaches(world, order.taskId, 'exited');
    await world.engine.start([order]);
    await world.tick();
    assert.deepEqual(await stateOf(world, order.taskId), end);
    assert.equal((await world.engine.list()).filter((r) => r.taskId === order.taskId).length, 1);
  });

  contract('a stop is the signal TERM, and the exit code is real', async (world) => {
    const order = withInit(orderOf(COMMANDS.sleep));
    await world.engine.start([order]);
    await reaches(world, order.taskId, 'running');
    await world.engine.stop(order.taskId, 30);
    assert.equal((await reaches(world, order.taskId, 'exited')).exitCode, 143);
  });

  contract('a stop is KILL after the grace for what does not heed TERM', async (world) => {
    const order = orderOf(COMMANDS.stubborn);
    await world.engine.start([order]);
    await reaches(world, order.taskId, 'running');
    await until(
      world,
      'the trap',
      () => (world.output(order.taskId) ?? 'ready').includes('ready') || undefined,
    );
    await world.engine.stop(order.taskId, 1);
    assert.equal((await reaches(world, order.taskId, 'exited')).exitCode, 137);
  });

  contract('a stop right after the start is not lost', async (world) => {
    const sleepers = Array.from({ length: 20 }, () => withInit(orderOf(COMMANDS.sleep)));
    await world.engine.start(sleepers);
    for (const { taskId } of sleepers) {
      const stopped = (await world.engine.recall(taskId)) ? 'taken back' : undefined;
      if (!stopped) await world.engine.stop(taskId, 30);
      if (!stopped) assert.equal((await reaches(world, taskId, 'exited')).exitCode, 143);
    }
  });

  contract('a stop of a finished or an unknown task does nothing', async (world) => {
    const order = orderOf(COMMANDS.exit(5));
    await world.engine.start([order]);
    const end = await reaches(world, order.taskId, 'exited');
    await world.engine.stop(order.taskId, 0);
    await world.engine.stop(orderOf(COMMANDS.succeed).taskId, 0);
    await world.tick();
    assert.deepEqual(await stateOf(world, order.taskId), end);
    assert.equal((await world.engine.list()).length, 1);
  });

  contract('a task recalled before its order came never starts', async (world) => {
    const order = orderOf(COMMANDS.succeed);
    assert.equal(await world.engine.recall(order.taskId), true);
    assert.equal(await world.engine.recall(order.taskId), true);
    const other = orderOf(COMMANDS.succeed);
    await world.engine.start([order, other]);
    await reaches(world, other.taskId, 'exited');
    assert.equal(await stateOf(world, order.taskId), undefined);
  });

  contract('a task that has begun, or ended, cannot be recalled', async (world) => {
    const order = withInit(orderOf(COMMANDS.sleep));
    await world.engine.start([order]);
    await reaches(world, order.taskId, 'running');
    assert.equal(await world.engine.recall(order.taskId), false);
    await world.engine.stop(order.taskId, 0);
    await reaches(world, order.taskId, 'exited');
    assert.equal(await world.engine.recall(order.taskId), false);
  });

  contract(
    'J-182: a command that does not exist is a failed start, told once and the same',
    async (world) => {
      const order = orderOf(COMMANDS.missing);
      const heard: TaskReport[] = [];
      world.engine.watch((reports) => heard.push(...reports));
      await world.engine.start([order]);
      const report = await until(world, 'the report', () => heard.find((r) => r.kind === 'failed'));
      assert.equal(report.taskId, order.taskId);
      const { reason } = await reaches(world, order.taskId, 'failed');
      assert.match(reason, traits.missing ?? MISSING);
      await world.engine.start([order]);
      await world.reopen();
      assert.equal((await reaches(world, order.taskId, 'failed')).reason, reason);
    },
  );

  const { emptyCommand } = traits;
  if (emptyCommand)
    contract(
      'an empty command, and nothing to stand for it, is a failed start that says so',
      async (world) => {
        const order = orderOf([]);
        await world.engine.start([order]);
        assert.match((await reaches(world, order.taskId, 'failed')).reason, emptyCommand);
      },
    );

  contract('J-183: what is impossible fails before anything runs, and the reason names it', async (world) => {
    const { member } = traits.impossible;
    const container = containerOf(COMMANDS.succeed, traits.impossible.container);
    const order = orderOf(COMMANDS.succeed, { container });
    assert.deepEqual(
      world.engine
        .judge(container)
        .filter((v) => v.kind === 'refused')
        .map((v) => v.member),
      [member],
    );
    await world.engine.start([order]);
    assert.match((await reaches(world, order.taskId, 'failed')).reason, new RegExp(member));
  });

  contract('tasks go on while nobody looks, and another server lists the same', async (world) => {
    const [ends, stays, ended] = [
      orderOf(COMMANDS.exit(4)),
      withInit(orderOf(COMMANDS.sleep)),
      orderOf(COMMANDS.succeed),
    ];
    await world.engine.start([ended]);
    await reaches(world, ended.taskId, 'exited');
    await world.engine.start([ends, stays]);
    await reaches(world, stays.taskId, 'running');
    await reaches(world, ends.taskId, 'exited');
    // a process engine's task is running from its claim on; its start is known an instant later
    await world.tick();
    const before = await world.engine.list();
    await world.reopen();
    assert.deepEqual([...(await world.engine.list())].sort(byTask), [...before].sort(byTask));
    await world.engine.stop(stays.taskId, 30);
    assert.equal((await reaches(world, stays.taskId, 'exited')).exitCode, 143);
  });

  contract('a task in line does not begin before the one it stands behind has ended', async (world) => {
    const first = orderOf(COMMANDS.sleep);
    const second = orderOf(COMMANDS.exit(2), { after: first.taskId });
    const third = orderOf(COMMANDS.exit(3), { after: second.taskId });
    await world.engine.start([third, second, first].reverse());
    await reaches(world, first.taskId, 'running');
    assert.equal((await stateOf(world, second.taskId))?.kind, 'waiting');
    assert.equal((await stateOf(world, third.taskId))?.kind, 'waiting');
    await world.engine.stop(first.taskId, 0);
    const ends = [first, second, third].map((order) => reaches(world, order.taskId, 'exited'));
    const [a, b, c] = await Promise.all(ends);
    assert.deepEqual([b?.exitCode, c?.exitCode], [2, 3]);
    assert.ok(a!.stoppedAt <= b!.startedAt && b!.stoppedAt <= c!.startedAt);
  });

  for (const gap of ['recalled', 'failed'] as const) {
    contract(`a line with one that was ${gap} in it still waits, and goes on past it`, async (world) => {
      const first = orderOf(COMMANDS.sleep);
      const second = orderOf(gap === 'failed' ? COMMANDS.missing : COMMANDS.succeed, { after: first.taskId });
      const third = orderOf(COMMANDS.exit(3), { after: second.taskId });
      await world.engine.start([first, second]);
      await reaches(world, first.taskId, 'running');
      if (gap === 'recalled') assert.equal(await world.engine.recall(second.taskId), true);
      await world.engine.start([third]);
      await world.tick();
      assert.equal((await stateOf(world, third.taskId))?.kind, 'waiting');
      await world.engine.stop(first.taskId, 0);
      assert.equal((await reaches(world, third.taskId, 'exited')).exitCode, 3);
    });
  }

  contract('behind a task that has ended or is unknown nobody waits', async (world) => {
    const first = orderOf(COMMANDS.succeed);
    await world.engine.start([first]);
    await reaches(world, first.taskId, 'exited');
    const second = orderOf(COMMANDS.succeed, { after: first.taskId });
    const third = orderOf(COMMANDS.succeed, { after: 'f'.repeat(32) });
    await world.engine.start([second, third]);
    await reaches(world, second.taskId, 'exited');
    await reaches(world, third.taskId, 'exited');
  });

  contract('a hundred at once all run and all end', async (world) => {
    const all = Array.from({ length: 100 }, (_, i) => orderOf(COMMANDS.exit(i)));
    await world.engine.start(all);
    for (const [i, order] of all.entries()) {
      assert.equal((await reaches(world, order.taskId, 'exited')).exitCode, i);
    }
  });

  contract('a forgotten task is listed no more', async (world) => {
    const [a, b] = [orderOf(COMMANDS.succeed), orderOf(COMMANDS.succeed)];
    await world.engine.start([a, b]);
    await reaches(world, a.taskId, 'exited');
    await reaches(world, b.taskId, 'exited');
    await world.engine.forget([a.taskId, 'e'.repeat(32)]);
    await until(world, 'it is gone', async () => (await stateOf(world, a.taskId)) === undefined || undefined);
    assert.equal((await stateOf(world, b.taskId))?.kind, 'exited');
  });
};

const byTask = (a: TaskReport, b: TaskReport): number => (a.taskId < b.taskId ? -1 : 1);
