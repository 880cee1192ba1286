import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Running } from '../../src/main/start-server.ts';
import { allow, asRoot, assume, element, makeRole, makeUser, query, trustDocument } from '../support/iam.ts';
import { serverFor } from '../support/server.ts';
import { type Answered, ask, type Signing } from '../support/signed.ts';

/* Who has few rights lets somebody act who has more. */

const ACCOUNT = 'arn:aws:iam::012345678910';
const stops: (() => Promise<void>)[] = [];
let server: Running;
let ann: Signing;
let admin: string;
before(async () => {
  server = await serverFor({ after: (fn) => void stops.push(fn as () => Promise<void>) });
  ann = await makeUser(server, 'ann');
  admin = await makeRole(
    server,
    'admin',
    trustDocument({ Service: ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com'] }),
    [{ Action: '*' }],
    { Path: '/lab/' },
  );
  for (const InstanceProfileName of ['host', 'own'])
    await asRoot(server, 'CreateInstanceProfile', { InstanceProfileName });
  await asRoot(server, 'AddRoleToInstanceProfile', { InstanceProfileName: 'host', RoleName: 'admin' });
});
after(async () => {
  for (const stop of stops) await stop();
});

const asBatch = (operation: string, input: object): Promise<Answered> =>
  ask(server.url, ann, { path: `/v1/${operation}`, body: JSON.stringify(input) });
const asIam = (action: string, input: object): Promise<Answered> => query(server, ann, 'iam', action, input);
const passing = (Resource: string, service?: string) => ({
  Action: 'iam:PassRole',
  Resource,
  ...(service && { Condition: { StringEquals: { 'iam:PassedToService': service } } }),
});
const lacks = (answer: Answered, arn: string) => {
  assert.equal(answer.status, 403, answer.text);
  const said = answer.json?.message ?? element(answer.text, 'Message');
  assert.ok(said.includes(`iam:PassRole on resource: ${arn} because`), said);
};

let made = 0;
const environment = (instanceRole: string): Promise<Answered> =>
  asBatch('createcomputeenvironment', {
    computeEnvironmentName: `e${++made}`,
    type: 'MANAGED',
    computeResources: {
      type: 'EC2',
      maxvCpus: 4,
      instanceTypes: ['optimal'],
      subnets: ['s'],
      securityGroupIds: ['g'],
      instanceRole,
    },
  });
const MAKES = { Action: 'batch:*' };

test('A-169 A-171: a definition gives its jobs no role that its author may not pass', async () => {
  const register = (container: object) =>
    asBatch('registerjobdefinition', {
      jobDefinitionName: 'd',
      type: 'container',
      containerProperties: { image: 'i', vcpus: 1, memory: 4, ...container },
    });
  await allow(server, 'ann', [MAKES, passing(`${ACCOUNT}:role/mine/*`), passing(admin, 'ec2.amazonaws.com')]);
  for (const member of ['jobRoleArn', 'executionRoleArn']) {
    lacks(await register({ [member]: admin }), admin);
    lacks(await register({ [member]: 'lab/admin' }), admin);
    assert.equal((await register({ [member]: `${ACCOUNT}:role/mine/x` })).status, 200);
  }
  await allow(server, 'ann', [MAKES, passing(admin, 'ecs-tasks.amazonaws.com')]);
  assert.equal((await register({ jobRoleArn: admin })).status, 200);
});

test('A-169: whoever names an instance profile passes the role in it, by whatever name', async () => {
  const arn = `${ACCOUNT}:instance-profile/host`;
  await allow(server, 'ann', [
    MAKES,
    passing(`${ACCOUNT}:role/host`),
    passing(`${ACCOUNT}:instance-profile/*`),
  ]);
  for (const name of ['host', 'HOST', arn]) lacks(await environment(name), admin);
  await allow(server, 'ann', [MAKES, passing(admin, 'ecs-tasks.amazonaws.com')]);
  lacks(await environment('host'), admin);
  await allow(server, 'ann', [MAKES, passing(admin, 'ec2.amazonaws.com')]);
  for (const name of ['host', arn]) assert.equal((await environment(name)).status, 200);
});

test('A-058: an instance profile that is not here is passed as it is named', async () => {
  await allow(server, 'ann', [
    MAKES,
    passing(`${ACCOUNT}:role/elsewhere`),
    passing(`${ACCOUNT}:instance-profile/elsewhere`),
  ]);
  for (const name of ['elsewhere', `${ACCOUNT}:instance-profile/elsewhere`, `${ACCOUNT}:role/elsewhere`])
    assert.equal((await environment(name)).status, 200, name);
  lacks(await environment('other'), `${ACCOUNT}:role/other`);
});

test('A-169: an environment that has a profile is not asked again, and is asked about another', async () => {
  await allow(server, 'ann', [MAKES, passing(admin)]);
  const { json } = await environment('host');
  await allow(server, 'ann', [MAKES]);
  const update = (instanceRole: string) =>
    asBatch('updatecomputeenvironment', {
      computeEnvironment: json.computeEnvironmentName,
      computeResources: { instanceRole },
    });
  assert.notEqual((await update('host')).status, 403);
  lacks(await update('other'), `${ACCOUNT}:role/other`);
});

test('A-169: whoever puts a role into a profile passes it', async () => {
  const add = () => asIam('AddRoleToInstanceProfile', { InstanceProfileName: 'own', RoleName: 'ADMIN' });
  await allow(server, 'ann', [
    { Action: 'iam:AddRoleToInstanceProfile' },
    passing(admin, 'ecs-tasks.amazonaws.com'),
  ]);
  lacks(await add(), admin);
  await allow(server, 'ann', [
    { Action: 'iam:AddRoleToInstanceProfile' },
    passing(admin, 'ec2.amazonaws.com'),
  ]);
  assert.equal((await add()).status, 200);
  await asRoot(server, 'RemoveRoleFromInstanceProfile', { InstanceProfileName: 'own', RoleName: 'admin' });
});

test('a role that trusts services alone is had by nobody else, not even by who may do everything', async () => {
  await allow(server, 'ann', [{ Action: '*' }]);
  const input = { RoleArn: admin, RoleSessionName: 'here' };
  assert.equal((await query(server, ann, 'sts', 'AssumeRole', input)).status, 403);
});

test('A-178 A-179: changes of a role ask about the role where it stands, and its boundary', async () => {
  const bound = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  await makeRole(server, 'bound', trustDocument('*'), [], { PermissionsBoundary: bound });
  await allow(server, 'ann', [
    {
      Action: 'iam:*',
      Resource: `${ACCOUNT}:role/*`,
      Condition: { StringEquals: { 'iam:PermissionsBoundary': bound } },
    },
    { Effect: 'Deny', Action: 'iam:*', Resource: `${ACCOUNT}:role/lab/*` },
    { Effect: 'Deny', Action: 'iam:DeleteRolePermissionsBoundary' },
  ]);
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
  });
  const put = (RoleName: string, more: object = {}) =>
    asIam('PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument, ...more });
  assert.equal((await put('admin')).status, 403);
  assert.equal((await put('ADMIN')).status, 403);
  assert.equal((await put('bound')).status, 200);
  await makeRole(server, 'free', trustDocument('*'));
  assert.equal((await put('free')).status, 403);
  assert.equal((await put('free', { PermissionsBoundary: bound })).status, 403);
  assert.equal((await asIam('DeleteRolePermissionsBoundary', { RoleName: 'bound' })).status, 403);
  const create = (more: object) =>
    asIam('CreateRole', { RoleName: 'new', AssumeRolePolicyDocument: trustDocument('*'), ...more });
  assert.equal((await create({})).status, 403);
  assert.equal((await create({ PermissionsBoundary: bound, Path: '/lab/' })).status, 403);
  assert.equal((await create({ PermissionsBoundary: bound })).status, 200);
  // what such a role may do is cut, whatever its policies say
  const keys = await assume(server, ann, `${ACCOUNT}:role/bound`);
  const { json } = await ask(server.url, keys, { path: '/v1/submitjob', body: '{}' });
  assert.match(json.message, /because no permissions boundary allows/);
});

test('A-143 A-151: tags of roles are asked about when they are set, and no key that is not set counts', async () => {
  const create = (more: object) =>
    asIam('CreateRole', { RoleName: 'tagged', AssumeRolePolicyDocument: trustDocument('*'), ...more });
  const Tags = [{ Key: 'team', Value: 'red' }];
  await allow(server, 'ann', [{ Action: 'iam:CreateRole' }]);
  assert.match((await create({ Tags })).text, /iam:TagRole on resource: /);
  await allow(server, 'ann', [
    { Action: 'iam:CreateRole', Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'team' } } },
    { Action: 'iam:TagRole' },
  ]);
  assert.equal((await create({ TagKeys: ['team'] })).status, 403);
  assert.equal((await create({ Tags })).status, 200);
});

test('A-178: an issuer of identities is asked about by its own ARN, whatever account is named', async () => {
  await asRoot(server, 'CreateOpenIDConnectProvider', { Url: 'https://ids.example/a', ClientIDList: ['c'] });
  await allow(server, 'ann', [
    { Action: 'iam:*' },
    { Effect: 'Deny', Action: 'iam:*', Resource: `${ACCOUNT}:oidc-provider/*` },
  ]);
  for (const account of ['012345678910', '999999999999'])
    for (const action of [
      'DeleteOpenIDConnectProvider',
      'TagOpenIDConnectProvider',
      'AddClientIDToOpenIDConnectProvider',
    ])
      assert.equal(
        (
          await asIam(action, {
            OpenIDConnectProviderArn: `arn:aws:iam::${account}:oidc-provider/ids.example/a`,
            ClientID: 'evil',
            Tags: [{ Key: 'a', Value: 'b' }],
          })
        ).status,
        403,
      );
});
