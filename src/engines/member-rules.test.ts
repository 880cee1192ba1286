import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerOf } from '../../test/support/orders.ts';
import type { ContainerSpec } from '../domain/container.ts';
import { judgeBy } from './member-rules.ts';

const RULES = { secrets: { means: 'used' }, environment: { means: 'used' } } as const;

const said = (container: Partial<ContainerSpec>) => judgeBy(RULES, containerOf([], container));
const secret = (name: string) => ({ name, valueFrom: `of ${name}` });

for (const [what, container, name] of [
  [
    'a secret and a variable',
    { secrets: [secret('A'), secret('B')], environment: [{ name: 'B', value: 'b' }] },
    'B',
  ],
  ['a secret and an empty variable', { secrets: [secret('B')], environment: [{ name: 'B' }] }, 'B'],
  ['a secret and a variable of the service', { secrets: [secret('AWS_BATCH_JOB_ID')] }, 'AWS_BATCH_JOB_ID'],
  [
    'a secret and a variable that some jobs have of the service',
    { secrets: [secret('AWS_BATCH_JOB_MAIN_NODE_INDEX')] },
    'AWS_BATCH_JOB_MAIN_NODE_INDEX',
  ],
  ['a secret and a variable of Longshore', { secrets: [secret('LONGSHORE_WORKDIR')] }, 'LONGSHORE_WORKDIR'],
  ['two secrets', { secrets: [secret('A'), secret('B'), secret('A')] }, 'A'],
] as const) {
  test(`${what} of one name are refused in the service’s words, with the name, by every engine`, () => {
    assert.deepEqual(said(container), [
      {
        member: 'secrets',
        kind: 'refused',
        why: `secrets: The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${name}'.`,
      },
    ]);
  });
}

test('names that differ, in their case alone too, are nobody’s trouble', () => {
  const environment = [{ name: 'b', value: '' }, { name: 'C' }, { name: 'C' }];
  assert.deepEqual(said({ secrets: [secret('A'), secret('B')], environment }), []);
});
