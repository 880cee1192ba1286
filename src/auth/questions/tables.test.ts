import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked } from '../../../test/support/questions.ts';
import { EXTENSIONS } from '../../api/extensions.ts';
import { BATCH, ECS, LOGS } from '../../api/shapes.gen.ts';
import * as access from '../../operations/access/index.ts';
import * as ec2 from '../../operations/ec2/index.ts';
import * as sts from '../../operations/sts/index.ts';
import { TABLES } from './questions.ts';

const routed: Readonly<Record<string, readonly string[]>> = {
  batch: Object.keys(BATCH.operations),
  logs: Object.keys(LOGS.operations),
  ecs: Object.keys(ECS.operations),
  longshore: Object.keys(EXTENSIONS.operations),
  ec2: Object.keys(ec2).map((name) => name[0]!.toUpperCase() + name.slice(1)),
  iam: Object.keys(access).map((name) => name[0]!.toUpperCase() + name.slice(1)),
  sts: Object.keys(sts).map((name) => name[0]!.toUpperCase() + name.slice(1)),
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

/** Of who signs at all. */
const NOTHING = ['GetCallerIdentity', 'GetSessionToken', 'AssumeRoleWithWebIdentity'];

test('A-184: of a body that cannot be read each operation asks about everything, or what its account has', () => {
  for (const [service, operations] of Object.entries(routed))
    for (const operation of operations)
      for (const input of [undefined, null, 1, 'x', [], { jobs: 1, tags: 'x' }]) {
        const asks = asked(service, operation, input);
        // nothing is asked, or it has to name a role first
        if (asks.kind === 'found' || asks.kind === 'trust' || NOTHING.includes(operation)) continue;
        assert.equal(asks.kind, 'all');
        const [first] = asks.kind === 'all' ? asks.questions : [];
        const isOfLogs = operation === 'DescribeLogGroups' || service === 'ecs';
        assert.ok(
          first && (isOfLogs || first.resources[0] === '*'),
          `${operation} of ${JSON.stringify(input)}`,
        );
      }
});

test('A-024: the 79 operations of IAM that its usual clients ask are here', () => {
  const names = [
    'CreateUser GetUser ListUsers UpdateUser DeleteUser TagUser UntagUser ListUserTags',
    'PutUserPermissionsBoundary DeleteUserPermissionsBoundary',
    'CreateAccessKey ListAccessKeys UpdateAccessKey DeleteAccessKey GetAccessKeyLastUsed',
    'CreateGroup GetGroup ListGroups UpdateGroup DeleteGroup AddUserToGroup RemoveUserFromGroup ListGroupsForUser',
    'CreateRole GetRole ListRoles UpdateRole UpdateRoleDescription DeleteRole UpdateAssumeRolePolicy',
    'TagRole UntagRole ListRoleTags PutRolePermissionsBoundary DeleteRolePermissionsBoundary',
    ...['User', 'Group', 'Role'].map(
      (who) =>
        `Put${who}Policy Get${who}Policy Delete${who}Policy List${who}Policies Attach${who}Policy Detach${who}Policy ListAttached${who}Policies`,
    ),
    'CreatePolicy GetPolicy ListPolicies DeletePolicy CreatePolicyVersion GetPolicyVersion ListPolicyVersions',
    'SetDefaultPolicyVersion DeletePolicyVersion ListEntitiesForPolicy TagPolicy UntagPolicy ListPolicyTags',
    'CreateInstanceProfile GetInstanceProfile ListInstanceProfiles DeleteInstanceProfile AddRoleToInstanceProfile',
    'RemoveRoleFromInstanceProfile ListInstanceProfilesForRole TagInstanceProfile UntagInstanceProfile ListInstanceProfileTags',
  ].flatMap((line) => line.split(' '));
  assert.equal(new Set(names).size, 79);
  assert.deepEqual(
    names.filter((name) => !routed.iam!.includes(name)),
    [],
  );
});
