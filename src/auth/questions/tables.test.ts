import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked } from '../../../test/support/questions.ts';
import { EXTENSIONS } from '../../api/extensions.ts';
import { BATCH, ECS, LOGS } from '../../api/shapes.gen.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { sts } from '../../http/query-services.ts';
import * as access from '../../operations/access/index.ts';
import * as ec2 from '../../operations/ec2/index.ts';
import { TABLES } from './questions.ts';

const routed: Readonly<Record<string, readonly string[]>> = {
  batch: Object.keys(BATCH.operations),
  logs: Object.keys(LOGS.operations),
  ecs: Object.keys(ECS.operations),
  longshore: Object.keys(EXTENSIONS.operations),
  ec2: Object.keys(ec2).map((name) => name[0]!.toUpperCase() + name.slice(1)),
  iam: Object.keys(access).map((name) => name[0]!.toUpperCase() + name.slice(1)),
  sts: [
    'GetCallerIdentity',
    'AssumeRole',
    'AssumeRoleWithWebIdentity',
    'GetSessionToken',
    'GetAccessKeyInfo',
  ].filter(
    (action) =>
      !isRefusal(
        sts({
          action,
          parameters: new Map(),
          caller: { arn: '', accessKeyId: '' },
          account: '',
          requestId: '',
        }),
      ),
  ),
};

for (const [service, operations] of Object.entries(routed)) {
  test(`A-017: every operation of ${service} that is routed is in its table, and nothing else`, () => {
    assert.deepEqual(Object.keys(TABLES[service]!).sort(), [...operations].sort());
    for (const operation of operations) assert.notEqual(asked(service, operation).kind, 'unknown');
  });
}

test('A-017: what is in no table is told', () => {
  for (const [service, operation] of [
    ['batch', 'Nothing'],
    ['batch', 'toString'],
    ['toString', 'x'],
    ['s3', 'GetObject'],
  ] as const)
    assert.deepEqual(asked(service, operation), { kind: 'unknown' });
});

test('A-184: of a body that cannot be read each operation asks about everything, or what its account has', () => {
  for (const [service, operations] of Object.entries(routed))
    for (const operation of operations)
      for (const input of [undefined, null, 1, 'x', [], { jobs: 1, tags: 'x' }]) {
        const asks = asked(service, operation, input);
        if (asks.kind === 'found' || operation === 'GetCallerIdentity') continue;
        assert.equal(asks.kind, 'all');
        const [first] = asks.kind === 'all' ? asks.questions : [];
        const isOfLogs = operation === 'DescribeLogGroups' || service === 'ecs';
        assert.ok(
          first && (isOfLogs || first.resources[0] === '*'),
          `${operation} of ${JSON.stringify(input)}`,
        );
      }
});
