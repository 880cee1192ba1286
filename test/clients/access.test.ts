import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import * as access from '../../src/operations/access/index.ts';
import * as sts from '../../src/operations/sts/index.ts';
import { startServe, tempFolder } from '../support/cli.ts';
import { environmentOf } from '../support/clients.ts';
import { trustDocument } from '../support/iam.ts';
import { CLIENT, startIssuer } from '../support/issuer.ts';

/* `aws iam` and `aws sts`, each command that the server has an operation for. */

const run = promisify(execFile);
const ACCOUNT = 'arn:aws:iam::000000000000';
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'batch:Describe*', Resource: '*' }],
});
const TRUST = trustDocument({ AWS: `${ACCOUNT}:user/lab/ann` });
const TAGS = ['--tags', 'Key=team,Value=red'];

// biome-ignore lint/suspicious/noExplicitAny: answers are read member by member, as a person would
type Answer = any;
type Aws = (service: string, command: string, ...options: string[]) => Promise<Answer>;

/** As the CLI names an operation. */
const commandOf = (operation: string): string =>
  operation
    .replace(/(.)([A-Z][a-z]+)/g, '$1-$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();

const asked = new Set<string>();
const awsOf =
  (env: NodeJS.ProcessEnv): Aws =>
  async (service, command, ...options) => {
    asked.add(`${service} ${command}`);
    const { stdout } = await run('aws', [service, command, ...options, '--output', 'json'], { env });
    return stdout === '' ? {} : JSON.parse(stdout);
  };

const users = async (aws: Aws): Promise<void> => {
  const ann = ['--user-name', 'ann'];
  const { User } = await aws('iam', 'create-user', ...ann, '--path', '/lab/', ...TAGS);
  assert.equal(User.Arn, `${ACCOUNT}:user/lab/ann`);
  assert.deepEqual((await aws('iam', 'get-user', ...ann)).User.Tags, [{ Key: 'team', Value: 'red' }]);
  assert.equal((await aws('iam', 'list-users')).Users.length, 1);
  await aws('iam', 'update-user', ...ann, '--new-user-name', 'anna');
  await aws('iam', 'update-user', '--user-name', 'anna', '--new-user-name', 'ann');
  await aws('iam', 'tag-user', ...ann, '--tags', 'Key=a,Value=b');
  await aws('iam', 'untag-user', ...ann, '--tag-keys', 'a');
  assert.equal((await aws('iam', 'list-user-tags', ...ann)).Tags.length, 1);
  await aws('iam', 'put-user-permissions-boundary', ...ann, '--permissions-boundary', READ_ONLY);
  await aws('iam', 'delete-user-permissions-boundary', ...ann);
  for (const list of ['list-mfa-devices', 'list-ssh-public-keys', 'list-signing-certificates'])
    await aws('iam', list, ...ann);
  await aws('iam', 'list-service-specific-credentials', ...ann);
  await aws('iam', 'list-virtual-mfa-devices');
  for (const command of ['get-login-profile', 'delete-login-profile'])
    await assert.rejects(aws('iam', command, ...ann), /NoSuchEntity/);
};

const groups = async (aws: Aws): Promise<void> => {
  const team = ['--group-name', 'team'];
  const both = [...team, '--user-name', 'ann'];
  await aws('iam', 'create-group', ...team);
  await aws('iam', 'update-group', ...team, '--new-path', '/lab/');
  await aws('iam', 'add-user-to-group', ...both);
  assert.equal((await aws('iam', 'get-group', ...team)).Users[0].UserName, 'ann');
  assert.equal((await aws('iam', 'list-groups')).Groups[0].Path, '/lab/');
  assert.equal((await aws('iam', 'list-groups-for-user', '--user-name', 'ann')).Groups.length, 1);
  await aws('iam', 'remove-user-from-group', ...both);
};

const keys = async (aws: Aws): Promise<Answer> => {
  const ann = ['--user-name', 'ann'];
  const { AccessKey } = await aws('iam', 'create-access-key', ...ann);
  const key = ['--access-key-id', AccessKey.AccessKeyId];
  assert.equal((await aws('iam', 'list-access-keys', ...ann)).AccessKeyMetadata.length, 1);
  assert.equal((await aws('iam', 'get-access-key-last-used', ...key)).UserName, 'ann');
  const other = (await aws('iam', 'create-access-key', ...ann)).AccessKey.AccessKeyId;
  const second = [...ann, '--access-key-id', other];
  await aws('iam', 'update-access-key', ...second, '--status', 'Inactive');
  await aws('iam', 'delete-access-key', ...second);
  return AccessKey;
};

const managed = async (aws: Aws): Promise<void> => {
  const made = await aws('iam', 'create-policy', '--policy-name', 'p', '--policy-document', POLICY, ...TAGS);
  const arn = ['--policy-arn', made.Policy.Arn];
  await aws('iam', 'create-policy-version', ...arn, '--policy-document', POLICY, '--set-as-default');
  const v1 = [...arn, '--version-id', 'v1'];
  const { PolicyVersion } = await aws('iam', 'get-policy-version', ...v1);
  // the CLI decodes documents
  assert.deepEqual(PolicyVersion.Document, JSON.parse(POLICY));
  assert.equal((await aws('iam', 'list-policy-versions', ...arn)).Versions.length, 2);
  await aws('iam', 'set-default-policy-version', ...v1);
  await aws('iam', 'delete-policy-version', ...arn, '--version-id', 'v2');
  await aws('iam', 'tag-policy', ...arn, '--tags', 'Key=a,Value=b');
  await aws('iam', 'untag-policy', ...arn, '--tag-keys', 'a');
  assert.equal((await aws('iam', 'list-policy-tags', ...arn)).Tags.length, 1);
  assert.equal((await aws('iam', 'get-policy', ...arn)).Policy.DefaultVersionId, 'v1');
  assert.equal((await aws('iam', 'list-policies', '--scope', 'Local')).Policies.length, 1);
};

/** Inline and attached ones, of a user, a group and a role alike. */
const held = async (aws: Aws, kind: 'user' | 'group' | 'role', name: string): Promise<void> => {
  const who = [`--${kind}-name`, name];
  const own = [...who, '--policy-name', 'own'];
  const arn = ['--policy-arn', `${ACCOUNT}:policy/p`];
  await aws('iam', `put-${kind}-policy`, ...own, '--policy-document', POLICY);
  assert.deepEqual((await aws('iam', `get-${kind}-policy`, ...own)).PolicyDocument, JSON.parse(POLICY));
  assert.deepEqual((await aws('iam', `list-${kind}-policies`, ...who)).PolicyNames, ['own']);
  await aws('iam', `delete-${kind}-policy`, ...own);
  await aws('iam', `attach-${kind}-policy`, ...who, ...arn);
  assert.equal((await aws('iam', `list-attached-${kind}-policies`, ...who)).AttachedPolicies.length, 1);
  const { PolicyUsers, PolicyGroups, PolicyRoles } = await aws('iam', 'list-entities-for-policy', ...arn);
  assert.equal([...PolicyUsers, ...PolicyGroups, ...PolicyRoles].length, 1);
  await aws('iam', `detach-${kind}-policy`, ...who, ...arn);
};

const roles = async (aws: Aws): Promise<void> => {
  const night = ['--role-name', 'night'];
  const trust = ['--assume-role-policy-document', TRUST];
  const { Role } = await aws('iam', 'create-role', ...night, ...trust, '--description', 'd', ...TAGS);
  assert.deepEqual(Role.AssumeRolePolicyDocument, JSON.parse(TRUST));
  assert.equal((await aws('iam', 'get-role', ...night)).Role.MaxSessionDuration, 3600);
  assert.equal((await aws('iam', 'list-roles')).Roles.length, 1);
  await aws('iam', 'update-role', ...night, '--max-session-duration', '7200');
  await aws('iam', 'update-role-description', ...night, '--description', 'at night');
  await aws('iam', 'update-assume-role-policy', ...night, '--policy-document', TRUST);
  await aws('iam', 'tag-role', ...night, '--tags', 'Key=a,Value=b');
  await aws('iam', 'untag-role', ...night, '--tag-keys', 'a');
  assert.equal((await aws('iam', 'list-role-tags', ...night)).Tags.length, 1);
  await aws('iam', 'put-role-permissions-boundary', ...night, '--permissions-boundary', READ_ONLY);
  await aws('iam', 'delete-role-permissions-boundary', ...night);
};

const profiles = async (aws: Aws): Promise<void> => {
  const host = ['--instance-profile-name', 'host'];
  await aws('iam', 'create-instance-profile', ...host, ...TAGS);
  await aws('iam', 'add-role-to-instance-profile', ...host, '--role-name', 'night');
  const { InstanceProfile } = await aws('iam', 'get-instance-profile', ...host);
  assert.equal(InstanceProfile.Roles[0].RoleName, 'night');
  assert.equal((await aws('iam', 'list-instance-profiles')).InstanceProfiles.length, 1);
  const of = await aws('iam', 'list-instance-profiles-for-role', '--role-name', 'night');
  assert.equal(of.InstanceProfiles.length, 1);
  await aws('iam', 'tag-instance-profile', ...host, '--tags', 'Key=a,Value=b');
  await aws('iam', 'untag-instance-profile', ...host, '--tag-keys', 'a');
  assert.equal((await aws('iam', 'list-instance-profile-tags', ...host)).Tags.length, 1);
  await aws('iam', 'remove-role-from-instance-profile', ...host, '--role-name', 'night');
  await aws('iam', 'delete-instance-profile', ...host);
};

const providers = async (aws: Aws, url: string): Promise<string> => {
  const create = ['--url', url, '--client-id-list', 'first', '--thumbprint-list', '0'.repeat(40)];
  const made = await aws('iam', 'create-open-id-connect-provider', ...create, ...TAGS);
  const arn = ['--open-id-connect-provider-arn', made.OpenIDConnectProviderArn];
  await aws('iam', 'add-client-id-to-open-id-connect-provider', ...arn, '--client-id', CLIENT);
  await aws('iam', 'remove-client-id-from-open-id-connect-provider', ...arn, '--client-id', 'first');
  const prints = ['--thumbprint-list', '1'.repeat(40)];
  await aws('iam', 'update-open-id-connect-provider-thumbprint', ...arn, ...prints);
  await aws('iam', 'tag-open-id-connect-provider', ...arn, '--tags', 'Key=a,Value=b');
  await aws('iam', 'untag-open-id-connect-provider', ...arn, '--tag-keys', 'a');
  assert.equal((await aws('iam', 'list-open-id-connect-provider-tags', ...arn)).Tags.length, 1);
  assert.deepEqual((await aws('iam', 'get-open-id-connect-provider', ...arn)).ClientIDList, [CLIENT]);
  const { OpenIDConnectProviderList: all } = await aws('iam', 'list-open-id-connect-providers');
  assert.equal(all.length, 1);
  return made.OpenIDConnectProviderArn;
};

const tried = async (aws: Aws): Promise<void> => {
  const source = ['--policy-source-arn', `${ACCOUNT}:user/lab/ann`];
  const list = ['--policy-input-list', POLICY];
  const { EvaluationResults: all } = await aws(
    'iam',
    'simulate-principal-policy',
    ...source,
    ...list,
    '--action-names',
    'batch:DescribeJobs',
    'batch:SubmitJob',
  );
  assert.deepEqual(
    all.map((one: { EvalDecision: string }) => one.EvalDecision),
    ['allowed', 'implicitDeny'],
  );
  await aws('iam', 'simulate-custom-policy', ...list, '--action-names', 'batch:DescribeJobs');
  assert.deepEqual((await aws('iam', 'get-context-keys-for-custom-policy', ...list)).ContextKeyNames, []);
  await aws('iam', 'get-context-keys-for-principal-policy', ...source);
};

const sessions = async (aws: Aws, asAnn: Aws, key: Answer, env: NodeJS.ProcessEnv): Promise<void> => {
  const role = ['--role-arn', `${ACCOUNT}:role/night`, '--role-session-name', 'tonight'];
  const assumed = await asAnn('sts', 'assume-role', ...role, '--duration-seconds', '7200');
  const { AccessKeyId, SecretAccessKey, SessionToken } = assumed.Credentials;
  const asRole = awsOf({
    ...env,
    AWS_ACCESS_KEY_ID: AccessKeyId,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey,
    AWS_SESSION_TOKEN: SessionToken,
  });
  const who = await asRole('sts', 'get-caller-identity');
  assert.equal(who.Arn, 'arn:aws:sts::000000000000:assumed-role/night/tonight');
  await assert.rejects(asRole('sts', 'get-session-token'), /AccessDenied/);
  assert.ok((await asAnn('sts', 'get-session-token')).Credentials.SessionToken);
  const info = await aws('sts', 'get-access-key-info', '--access-key-id', key.AccessKeyId);
  assert.equal(info.Account, '000000000000');
};

/** As `~/.aws/config` has them. */
const byProfile = async (folder: string, env: NodeJS.ProcessEnv, key: Answer): Promise<void> => {
  const config = join(folder, 'config');
  const lines = [
    '[profile ann]',
    `aws_access_key_id = ${key.AccessKeyId}`,
    `aws_secret_access_key = ${key.SecretAccessKey}`,
    '[profile night]',
    `role_arn = ${ACCOUNT}:role/night`,
    'source_profile = ann',
  ];
  writeFileSync(config, lines.join('\n'));
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...rest } = env;
  const settings = {
    ...rest,
    // there the CLI keeps temporary keys, also those of a server that is gone
    HOME: folder,
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: config,
    AWS_PROFILE: 'night',
  };
  assert.match(
    (await awsOf(settings)('sts', 'get-caller-identity')).Arn,
    /assumed-role\/night\/botocore-session-/,
  );
};

test('the aws CLI asks every operation of IAM and STS', { timeout: 900_000 }, async (t) => {
  const { dataDir } = await startServe(t, [], { lifeMilliseconds: 900_000 });
  const env = await environmentOf(dataDir, '--with', 'iam');
  const folder = tempFolder(t);
  const aws = awsOf(env);
  await users(aws);
  await groups(aws);
  const key = await keys(aws);
  await managed(aws);
  await roles(aws);
  for (const [kind, name] of [
    ['user', 'ann'],
    ['group', 'team'],
    ['role', 'night'],
  ] as const)
    await held(aws, kind, name);
  await profiles(aws);
  await tried(aws);
  const { AccessKeyId: id, SecretAccessKey: secret } = key;
  const annEnv = { ...env, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret };
  await sessions(aws, awsOf(annEnv), key, env);
  await byProfile(folder, env, key);

  const issuer = await startIssuer(t);
  const provider = await providers(aws, issuer.url);
  const trust = trustDocument({ Federated: provider }, { Action: 'sts:AssumeRoleWithWebIdentity' });
  await aws('iam', 'create-role', '--role-name', 'web', '--assume-role-policy-document', trust);
  const token = join(folder, 'token');
  writeFileSync(token, await issuer.token());
  const session = await aws(
    'sts',
    'assume-role-with-web-identity',
    '--role-arn',
    `${ACCOUNT}:role/web`,
    '--role-session-name',
    'web',
    '--web-identity-token',
    `file://${token}`,
  );
  assert.equal(session.SubjectFromWebIdentityToken, 'the-subject');
  // as SDKs do it by themselves
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...rest } = env;
  const web = awsOf({
    ...rest,
    HOME: folder,
    AWS_ROLE_ARN: `${ACCOUNT}:role/web`,
    AWS_WEB_IDENTITY_TOKEN_FILE: token,
  });
  assert.match((await web('sts', 'get-caller-identity')).Arn, /assumed-role\/web\//);

  await aws('iam', 'delete-open-id-connect-provider', '--open-id-connect-provider-arn', provider);
  await aws('iam', 'delete-role', '--role-name', 'night');
  await aws('iam', 'delete-group', '--group-name', 'team');
  await aws('iam', 'delete-policy', '--policy-arn', `${ACCOUNT}:policy/p`);
  await aws('iam', 'delete-access-key', '--user-name', 'ann', '--access-key-id', key.AccessKeyId);
  await aws('iam', 'delete-user', '--user-name', 'ann');
  const all = [
    ...Object.keys(access).map((name) => `iam ${commandOf(name)}`),
    ...Object.keys(sts).map((name) => `sts ${commandOf(name)}`),
  ];
  assert.deepEqual(
    all.filter((one) => !asked.has(one)),
    [],
  );
});
