import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endNode, nodeWorld, orderOfNode, submitNodes } from '../../../test/support/nodes.ts';
import { silentLog } from '../../lib/logger.ts';

test('each attempt of a multi-node job has its lines in the activity log, and each of its nodes', async () => {
  const lines: string[] = [];
  const info = (fields: Record<string, unknown>, message: string) => {
    const { jobId, attempt, exitCode } = fields;
    lines.push([jobId, message, attempt, exitCode].filter((word) => word !== undefined).join(' '));
  };
  const world = await nodeWorld(16, { ...silentLog, info });
  world.engine.begins = false;
  const id = await submitNodes(world, { retryStrategy: { attempts: 2 } });
  await world.settle();
  const told = () => lines.splice(0).map((line) => line.replace(id, 'job'));
  // its begin and its end come as one report
  await endNode(world, id, 1, 5);
  assert.deepEqual(told(), [
    'job#1 a job started 1',
    'job a job started 1',
    'job#1 an attempt failed: the job runs again 1 5',
    'job an attempt failed: the job runs again 1 5',
  ]);
  const start = async (node: number) => {
    world.engine.begin(orderOfNode(world, id, node).taskId);
    await world.settle();
  };
  for (const node of [1, 0, 2]) await start(node);
  assert.deepEqual(told(), [
    'job#1 a job started 2',
    'job a job started 2',
    'job#0 a job started 2',
    'job#2 a job started 2',
  ]);
  await endNode(world, id, 2, 0);
  await endNode(world, id, 1, 7);
  assert.deepEqual(told(), ['job#2 a job ended 2 0', 'job#1 a job ended 2 7', 'job a job ended 2 7']);
});
