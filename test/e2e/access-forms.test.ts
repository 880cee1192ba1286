import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TABLES } from '../../src/auth/questions/questions.ts';
import { assume, makeRole, makeUser, trustDocument } from '../support/iam.ts';
import { serverFor } from '../support/server.ts';
import { ask, type Signing, send } from '../support/signed.ts';

/* Forms of the query protocol that no client sends. */

const MEMBERS = [
  'UserName',
  'NewUserName',
  'GroupName',
  'RoleName',
  'InstanceProfileName',
  'PolicyName',
  'PolicyArn',
  'PolicyDocument',
  'AssumeRolePolicyDocument',
  'PermissionsBoundary',
  'Path',
  'PathPrefix',
  'Description',
  'MaxSessionDuration',
  'AccessKeyId',
  'Status',
  'VersionId',
  'Url',
  'ClientID',
  'ClientIDList',
  'ThumbprintList',
  'OpenIDConnectProviderArn',
  'Tags',
  'TagKeys',
  'Marker',
  'MaxItems',
  'PolicySourceArn',
  'PolicyInputList',
  'PermissionsBoundaryPolicyInputList',
  'ActionNames',
  'ResourceArns',
  'ContextEntries',
  'RoleArn',
  'RoleSessionName',
  'DurationSeconds',
  'Policy',
  'PolicyArns',
  'TransitiveTagKeys',
  'ExternalId',
  'SourceIdentity',
  'WebIdentityToken',
];

/** A member with a value of each wrong type, and texts that something might trip over. */
const shapes = (member: string): [string, string][][] => [
  [[member, '']],
  [[`${member}.member.1`, 'x']],
  [[`${member}.member.1.Key`, 'x']],
  [[`${member}.member.1.arn.member.1`, 'x']],
  [[`${member}.x.y`, 'z']],
  [[`${member}.member.__proto__`, 'x']],
  [[`${member}.__proto__.x`, 'x']],
  [[member, '__proto__']],
  [[member, 'x'.repeat(20_000)]],
  [[member, '\u0000\ud800%']],
  [[member, '{"Version":"2012-10-17","Statement":[]}']],
  [[member, 'arn:aws:iam::012345678910:role/open']],
  [[member, '-1e400']],
];

/** Whatever else is wrong, this member is looked at. */
const usual = (operation: string): [string, string][] => [
  ['Action', operation],
  ...Object.entries({
    UserName: 'ann',
    GroupName: 'g',
    RoleName: 'open',
    InstanceProfileName: 'p',
    PolicyName: 'p',
    RoleArn: 'arn:aws:iam::012345678910:role/open',
    RoleSessionName: 'here',
    PolicySourceArn: 'arn:aws:iam::012345678910:role/open',
    'ActionNames.member.1': 'a:b',
  }),
];

test('a form that is odd is refused or taken, and never a fault of the server', {
  timeout: 300_000,
}, async (t) => {
  const server = await serverFor(t);
  const ann = await makeUser(server, 'ann');
  const role = await makeRole(server, 'open', trustDocument('*'), [{ Action: '*' }]);
  const session = await assume(server, ann, role);
  const asking = (key: Signing, service: string, form: readonly [string, string][]) => {
    const raw = {
      path: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams([...new Map(form)]).toString(),
    };
    return form[0]![1] === 'AssumeRoleWithWebIdentity'
      ? send(server.url, raw)
      : ask(server.url, { ...key, service }, raw);
  };
  const faults: string[] = [];
  let turn = 0;
  for (const service of ['iam', 'sts'])
    for (const operation of Object.keys(TABLES[service]!)) {
      // what would end the test's own role and user
      if (/^Delete(Role|User)$/.test(operation)) continue;
      for (const member of MEMBERS) {
        // each operation with each member, each shape in its turn
        const all = shapes(member);
        const shape = all[++turn % all.length]!;
        const form = [...usual(operation).filter(([one]) => !one.startsWith(member)), ...shape];
        const { status, text } = await asking(turn % 2 ? session : server.rootKey, service, form);
        if (status >= 500) faults.push(`${operation} ${shape} ${text}`);
      }
    }
  assert.deepEqual(faults, []);
});
