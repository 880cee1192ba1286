import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultOfNames, logStreamName, splitStream } from './log-stream.ts';

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

const PREFIX_CHARACTERS = 512 - '/default/'.length - 32;

for (const [option, value, words] of [
  [
    'awslogs-group',
    'a:b',
    /^awslogs-group 'a:b' is no name for logs: Member must satisfy regular expression/,
  ],
  ['awslogs-group', 'a\nb', /^awslogs-group/],
  ['awslogs-group', '', /^awslogs-group '' is no name for logs: .* greater than or equal to 1$/],
  ['awslogs-group', 'g'.repeat(513), /^awslogs-group 'g{60}' .* less than or equal to 512$/],
  ['awslogs-stream-prefix', 'a*', /^awslogs-stream-prefix 'a\*' .*pattern: \[\^:\*\]\*$/],
  ['awslogs-stream-prefix', 'p'.repeat(PREFIX_CHARACTERS + 1), /^awslogs-stream-prefix .* equal to 471$/],
] as const) {
  test(`J-322: ${option} ${JSON.stringify(value).slice(0, 20)} can be no name, and names no stream`, () => {
    assert.match(faultOfNames({ options: { [option]: value } }) ?? '', words);
    assert.deepEqual(stream({ [option]: value }), stream());
  });
}

test('J-322: names of every letter that there is, of every length, have no fault', () => {
  const options = { 'awslogs-group': `/a.b-c_d#E9${'g'.repeat(501)}`, 'awslogs-stream-prefix': 'ü /#' };
  assert.equal(faultOfNames({ options }), undefined);
  const longest = { 'awslogs-stream-prefix': 'p'.repeat(PREFIX_CHARACTERS) };
  assert.equal(faultOfNames({ options: longest }), undefined);
  assert.equal(faultOfNames({ options: { 'awslogs-stream-prefix': '' } }), undefined);
  assert.equal(faultOfNames(undefined), undefined);
});
