import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logStreamName, splitStream } from './log-stream.ts';

const stream = (options?: Record<string, string>, name = 'd') =>
  splitStream(logStreamName(name, 'task', options && { options }));

test('J-320: a stream is named by the first 200 characters of the definition and by the task', () => {
  assert.deepEqual(stream(), { group: '/aws/batch/job', stream: 'd/default/task' });
  assert.equal(stream({}, 'd'.repeat(201)).stream, `${'d'.repeat(200)}/default/task`);
});

test('J-322: the options name the group and the first part', () => {
  assert.deepEqual(stream({ 'awslogs-group': '/own', 'awslogs-stream-prefix': 'p' }), {
    group: '/own',
    stream: 'p/default/task',
  });
  assert.equal(stream({ 'awslogs-group': '/aws/batch/job' }).group, '/aws/batch/job');
  assert.equal(stream({ 'awslogs-stream-prefix': '' }).stream, 'd/default/task');
});
