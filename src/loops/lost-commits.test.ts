import assert from 'node:assert/strict';
import { test } from 'node:test';
import { losingCommits } from '../../test/support/losing-commits.ts';
import { makeWorld, RESOURCES, type World } from '../../test/support/world.ts';

/** Asks all of it in one transaction with a turn of the loops, whose commit is lost or not; resolves when that is over. */
const togetherWithATurn = async (
  world: World,
  ask: () => Promise<unknown>[],
  lose: () => void = () => {},
): Promise<void> => {
  await world.settle();
  lose();
  world.loops.wake();
  await Promise.allSettled(ask());
  await world.settle();
};

const commandsRun = (world: World) => world.engine.orders.map(({ container }) => container.command.join(' '));

for (const { name, isLost } of [
  { name: 'its commit was lost', isLost: true },
  { name: 'its commit stands', isLost: false },
]) {
  test(`a job runs its own command after another was placed in the transaction that brought it, and ${name}`, async () => {
    const disk = losingCommits();
    const world = await makeWorld({ command: ['exit', '0'], connection: disk.connection });
    await togetherWithATurn(
      world,
      () => [world.submit({ containerOverrides: { command: ['run', 'A'] } })],
      isLost ? disk.loseNext : undefined,
    );
    assert.deepEqual(commandsRun(world), isLost ? [] : ['run A']);
    const id = await world.submit({ containerOverrides: { command: ['run', 'B'] } });
    await world.settle();
    assert.deepEqual((await world.job(id)).container.command, ['run', 'B']);
    assert.equal(commandsRun(world).at(-1), 'run B');
    await world.loops.stop();
  });

  test(`a job is told its own queue and environment after others were made and used in one transaction, and ${name}`, async () => {
    const disk = losingCommits();
    const world = await makeWorld({ command: ['exit', '0'], connection: disk.connection });
    const make = (which: string) => [
      world.ask('createComputeEnvironment', {
        computeEnvironmentName: `e${which}`,
        type: 'MANAGED',
        computeResources: RESOURCES,
      }),
      world.ask('createJobQueue', {
        jobQueueName: `q${which}`,
        priority: 1,
        computeEnvironmentOrder: [{ order: 1, computeEnvironment: `e${which}` }],
      }),
      world.submit({ jobQueue: `q${which}` }),
    ];
    await togetherWithATurn(world, () => make('A'), isLost ? disk.loseNext : undefined);
    await togetherWithATurn(world, () => make('B'));
    const { AWS_BATCH_JQ_NAME: queue, AWS_BATCH_CE_NAME: environment } =
      world.engine.orders.at(-1)!.jobVariables;
    assert.deepEqual([queue, environment], ['qB', 'eB']);
    assert.equal(world.engine.orders.length, isLost ? 1 : 2);
    await world.loops.stop();
  });
}
