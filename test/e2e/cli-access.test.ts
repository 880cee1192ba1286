import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { silentLog } from '../../src/lib/logger.ts';
import type { Running } from '../../src/main/start-server.ts';
import { runCli } from '../support/cli.ts';
import { allow, asRoot, query } from '../support/iam.ts';
import { removeFolder } from '../support/leftovers.ts';
import { serverFor, until } from '../support/server.ts';
import { ask } from '../support/signed.ts';

/* `longshore access`: who may do what, without an SDK. */

const stops: (() => Promise<void>)[] = [];
let dataDir: string;
let server: Running;
const cli = (...args: string[]) => runCli(['access', ...args, '--data', dataDir]);
const said = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await cli(...args);
  assert.equal(code, 0, stderr);
  return stdout;
};

before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'longshore-cli-access-'));
  server = await serverFor(
    { after: (fn) => void stops.push(fn as () => Promise<void>) },
    { dataDir },
    silentLog,
  );
  await asRoot(server, 'CreateGroup', { GroupName: 'team' });
});
after(async () => {
  for (const stop of stops) await stop();
  removeFolder(dataDir);
});

const keyIn = (text: string) => ({
  accessKeyId: /aws_access_key_id = (AKIA\w{16})$/m.exec(text)![1]!,
  secretAccessKey: /aws_secret_access_key = (\w{40})$/m.exec(text)![1]!,
});

test('A-229: `users add` prints a key pair once, as a profile that signs; `users` lists without it', async () => {
  const printed = await said('users', 'add', 'ann', '--group', 'team');
  const key = keyIn(printed);
  assert.match(printed, /^\[ann\]$/m);
  assert.match(printed, new RegExp(`^endpoint_url = ${server.url}$`, 'm'));
  const { text } = await query(server, key, 'sts', 'GetCallerIdentity');
  assert.match(text, /user\/ann/);
  const listed = await said('users');
  assert.match(listed, /ann +team +- +arn:aws:iam::012345678910:user\/ann/);
  assert.ok(!`${listed}${await said('keys', 'ann')}`.includes(key.secretAccessKey));
  const again = await cli('users', 'add', 'ann');
  assert.deepEqual([again.code, again.stdout], [1, '']);
  assert.match(again.stderr, /^longshore: User with name ann already exists\.$/m);
});

test('A-229: `keys rotate` makes the second key and says what to do next, and refuses a third', async () => {
  const before = keyIn(await said('users', 'add', 'bob'));
  const { code, stdout, stderr } = await cli('keys', 'rotate', 'bob');
  assert.equal(code, 0);
  assert.notEqual(keyIn(stdout).accessKeyId, before.accessKeyId);
  assert.match(stderr, new RegExp(`delete-access-key --user-name bob --access-key-id ${before.accessKeyId}`));
  assert.equal((await said('keys', 'bob')).trim().split('\n').length, 3);
  const third = await cli('keys', 'rotate', 'bob');
  assert.deepEqual([third.code, third.stdout], [2, '']);
});

test('A-231: `check` gives the verdict that a request gets, and the statement that decides', async () => {
  await allow(
    server,
    'ann',
    [{ Action: 'batch:SubmitJob', Resource: 'arn:aws:batch:*:*:job-queue/night*' }],
    'nights',
  );
  await allow(
    server,
    'ann',
    [{ Effect: 'Deny', Action: '*', Resource: 'arn:aws:batch:*:*:job-queue/night-off' }],
    'off',
  );
  const yes = await cli('check', 'ann', 'batch:SubmitJob', 'night');
  assert.equal(yes.code, 0);
  assert.match(
    yes.stdout,
    /^yes: arn:aws:iam::012345678910:user\/ann may batch:SubmitJob on arn:aws:batch:us-east-1:012345678910:job-queue\/night$/m,
  );
  assert.match(yes.stdout, /by a statement of nights of the user:\n +\{"Effect":"Allow",.*night\*/);
  const denied = await cli('check', 'ann', 'batch:SubmitJob', 'night-off');
  assert.equal(denied.code, 1);
  assert.match(denied.stdout, /^no: .*may not.*\n.*off of the user:\n.*"Deny"/);
  const nothing = await cli('check', 'ann', 'batch:SubmitJob', 'day');
  assert.equal(nothing.code, 1);
  assert.match(
    nothing.stdout,
    /^no: User: .* because no identity-based policy allows the batch:SubmitJob action$/m,
  );
  assert.match((await cli('check', 'nobody', 'batch:SubmitJob', 'day')).stderr, /there is no user nobody/);
});

test('A-231: `grant` attaches a built-in policy, which `check` then names; groups count', async () => {
  await said('grant', 'group/team', 'AWSBatchFullAccess');
  const { stdout } = await cli('check', 'ann', 'batch:CreateJobQueue', 'q');
  assert.match(stdout, /^yes: .*\n +by a statement of arn:aws:iam::aws:policy\/AWSBatchFullAccess:/);
  assert.match(await said('groups'), /team +ann /);
});

test('A-231: `whoami`, `policies`, `roles` and `why` tell what they are asked', async () => {
  assert.equal((await said('whoami')).trim(), 'arn:aws:iam::012345678910:root (012345678910)');
  assert.match(await said('policies'), /none/);
  assert.match(await said('roles'), /none/);
  const key = keyIn(await said('users', 'add', 'cid'));
  const { headers } = await ask(server.url, key, { path: '/v1/describejobs', body: '{"jobs":[]}' });
  const id = String(headers['x-amzn-requestid']);
  const told = await until(async () => {
    const { code, stdout } = await cli('why', id);
    return code === 0 ? stdout : undefined;
  });
  assert.match(JSON.parse(told).errorMessage, /user\/cid is not authorized to perform: batch:DescribeJobs/);
});

test('A-012: nothing of a secret is in the audit, the server’s folder or what processes are called', async () => {
  const { secretAccessKey } = keyIn(await said('users', 'add', 'dan'));
  await until(async () => (readdirSync(join(dataDir, 'audit')).length > 0 ? true : undefined));
  for (const name of readdirSync(join(dataDir, 'audit')))
    assert.ok(!readFileSync(join(dataDir, 'audit', name), 'utf8').includes(secretAccessKey));
  for (const name of readdirSync(dataDir).filter((one) => /\.db/.test(one)))
    assert.ok(!readFileSync(join(dataDir, name)).includes(secretAccessKey));
});
