import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CALLER, makeWorld } from '../../../test/support/world.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import * as logs from './index.ts';

const GROUP = '/aws/batch/job';
const STREAM = 'd/default/0';
const READ = { logGroupName: GROUP, logStreamName: STREAM };

/** An operation of CloudWatch Logs and a request with a name that there cannot be; then the member at fault. */
const WRONG: readonly [keyof typeof logs, object, string, RegExp][] = [
  ['getLogEvents', { ...READ, logStreamName: 'a:b' }, 'logStreamName', /pattern: \[\^:\*\]\*$/],
  ['getLogEvents', { ...READ, logStreamName: '*' }, 'logStreamName', /pattern: /],
  [
    'getLogEvents',
    { ...READ, logStreamName: 'x'.repeat(513) },
    'logStreamName',
    /less than or equal to 512$/,
  ],
  ['getLogEvents', { ...READ, logStreamName: '' }, 'logStreamName', /greater than or equal to 1$/],
  ['getLogEvents', { ...READ, logGroupName: 'a b' }, 'logGroupName', /pattern: \[\\\.\\-_\/#A-Za-z0-9\]\+$/],
  ['getLogEvents', { ...READ, logGroupName: '/a\n/b' }, 'logGroupName', /pattern: /],
  ['getLogEvents', { ...READ, logGroupName: '' }, 'logGroupName', /greater than/],
  [
    'getLogEvents',
    { ...READ, logGroupName: undefined, logGroupIdentifier: 'a b' },
    'logGroupIdentifier',
    /pat/,
  ],
  ['getLogEvents', { ...READ, startTime: -1 }, 'startTime', /greater than or equal to 0$/],
  ['getLogEvents', { ...READ, endTime: -1 }, 'endTime', /greater than or equal to 0$/],
  ['filterLogEvents', { logGroupName: GROUP, startTime: -5 }, 'startTime', /greater than or equal to 0$/],
  [
    'describeLogStreams',
    { logGroupIdentifier: 'arn:aws:logs:us-east-1:012345678910:log-group:a:b' },
    'logGroupIdentifier',
    /pattern/,
  ],
  ['filterLogEvents', { logGroupName: 'ü' }, 'logGroupName', /pattern: /],
  [
    'filterLogEvents',
    { logGroupName: GROUP, logStreamNames: [STREAM, 'a*'] },
    'logStreamNames.2.member',
    /pat/,
  ],
  ['filterLogEvents', { logGroupName: GROUP, logStreamNamePrefix: 'a:' }, 'logStreamNamePrefix', /pattern: /],
  ['filterLogEvents', { logGroupName: GROUP, filterPattern: 'x'.repeat(1025) }, 'filterPattern', /1024$/],
  ['describeLogStreams', { logGroupName: 'a*' }, 'logGroupName', /pattern: /],
  [
    'describeLogStreams',
    { logGroupName: GROUP, logStreamNamePrefix: '*' },
    'logStreamNamePrefix',
    /pattern: /,
  ],
  ['describeLogGroups', { logGroupNamePrefix: 'a:' }, 'logGroupNamePrefix', /pattern: /],
  ['describeLogGroups', { logGroupNamePattern: 'x'.repeat(513) }, 'logGroupNamePattern', /512$/],
  ['describeLogGroups', { logGroupIdentifiers: ['a', 'b c'] }, 'logGroupIdentifiers.2.member', /pattern: /],
  ['describeLogGroups', { accountIdentifiers: ['1'] }, 'accountIdentifiers.1.member', /12$/],
];

const OPERATIONS = { ...logs };

const ask = async (operation: keyof typeof logs, input: object) => {
  const { service } = await makeWorld();
  return (OPERATIONS[operation] as unknown as Operation<object>)(service, input, CALLER);
};

for (const [operation, input, member, words] of WRONG) {
  test(`${operation} refuses ${JSON.stringify(input).slice(0, 90)}, naming ${member}`, async () => {
    const answer = await ask(operation, input);
    assert.ok(isRefusal(answer));
    assert.equal(answer.type, 'InvalidParameterException');
    assert.match(
      answer.message,
      new RegExp(`^1 validation error detected: Value '[^]*' at '${member}' failed`),
    );
    assert.match(answer.message, words);
    assert.ok(answer.message.length < 1000);
  });
}

test('names that there could be are looked for, and empty selectors select everything', async () => {
  const absent = await ask('getLogEvents', { ...READ, logStreamName: 'a/b c$[x]/ü' });
  assert.ok(isRefusal(absent) && absent.type === 'ResourceNotFoundException');
  const groups = await ask('describeLogGroups', { logGroupNamePrefix: '', logGroupNamePattern: '' });
  assert.equal((groups as { logGroups: object[] }).logGroups.length, 1);
  const streams = await ask('describeLogStreams', { logGroupName: GROUP, logStreamNamePrefix: '' });
  assert.deepEqual((streams as { logStreams: object[] }).logStreams, []);
});

for (const [operation, input] of [
  ['getLogEvents', { logStreamName: STREAM }],
  ['filterLogEvents', {}],
  ['describeLogStreams', {}],
] as const) {
  test(`${operation} of no group is refused: no group at all is none that is not there yet`, async () => {
    const answer = await ask(operation, input);
    assert.ok(isRefusal(answer));
    assert.equal(answer.type, 'InvalidParameterException');
    assert.equal(answer.message, 'logGroupName or logGroupIdentifier is required.');
  });
}
