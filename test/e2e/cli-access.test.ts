import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { silentLog } from '../../src/lib/logger.ts';
import type { Running } from '../../src/main/start-server.ts';
import { runCli } from '../support/cli.ts';
import { allow, asRoot, query } from '../support/iam.ts';
import { removeFolder } from '../support/leftovers.ts';
import { serverFor, until } from '../support/server.ts';
import { ask, type Signing } from '../support/signed.ts';

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

test('A-229: `users add` into a group that is not there makes nobody', async () => {
  const { code, stdout, stderr } = await cli('users', 'add', 'zed', '--group', 'team', '--group', 'nosuch');
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /group with name nosuch cannot be found/);
  keyIn(await said('users', 'add', 'zed', '--group', 'team'));
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

/** What a check says, beside what the operation itself says to who was checked: they are to agree. */
const checked = async (key: Signing, operation: string, queue: string) => {
  const body = JSON.stringify({ jobQueue: queue, state: 'DISABLED' });
  const { status } = await ask(server.url, key, { path: `/v1/${operation.toLowerCase()}`, body });
  const { code, stdout } = await cli('check', 'ann', `batch:${operation}`, queue);
  assert.equal(code, status === 403 ? 1 : 0, `${operation} ${queue}: ${status}, ${stdout}`);
  return { status, stdout };
};

test('A-231: `check` gives the verdict that a request gets, and the statement that decides', async () => {
  const { stdout } = await cli('keys', 'rotate', 'ann');
  const ann = keyIn(stdout);
  const queues = 'arn:aws:batch:*:*:job-queue';
  await allow(server, 'ann', [{ Action: 'batch:UpdateJobQueue', Resource: `${queues}/night*` }], 'nights');
  await allow(server, 'ann', [{ Effect: 'Deny', Action: '*', Resource: `${queues}/night-off` }], 'off');
  const yes = await checked(ann, 'UpdateJobQueue', 'night');
  assert.equal(yes.status, 400);
  assert.match(
    yes.stdout,
    /^yes: arn:aws:iam::012345678910:user\/ann may batch:UpdateJobQueue on arn:aws:batch:us-east-1:012345678910:job-queue\/night$/m,
  );
  assert.match(yes.stdout, /by a statement of nights of the user:\n +\{"Effect":"Allow",.*night\*/);
  const denied = await checked(ann, 'UpdateJobQueue', 'night-off');
  assert.equal(denied.status, 403);
  assert.match(denied.stdout, /^no: .*may not.*\n.*off of the user:\n.*"Deny"/);
  for (const [operation, queue] of [
    ['UpdateJobQueue', 'day'],
    ['DeleteJobQueue', 'night'],
  ] as const) {
    const nothing = await checked(ann, operation, queue);
    assert.equal(nothing.status, 403);
    assert.match(
      nothing.stdout,
      new RegExp(`^no: User: .* because no identity-based policy allows the batch:${operation} action$`, 'm'),
    );
  }
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
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'batch:ListJobs', Resource: '*' },
  });
  await asRoot(server, 'CreatePolicy', { PolicyName: 'night', PolicyDocument });
  const [, first, ...rest] = (await said('policies')).trim().split('\n');
  assert.match(first!, /^night +0 +v1 +arn:aws:iam::012345678910:policy\/night$/);
  for (const name of ['AdministratorAccess', 'longshore/Operator', 'longshore/Submitter'])
    assert.ok(
      rest.some((line) => line.startsWith(`${name} `) && line.endsWith(` arn:aws:iam::aws:policy/${name}`)),
      name,
    );
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

/** What all processes of this machine are called that one may look at, and with which arguments. */
const processNames = (): string =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .join('\n');

test('A-012: nothing of a secret is in the audit, the server’s folder or what processes are called', {
  skip: existsSync('/proc/self/cmdline') ? false : 'this machine has no /proc',
}, async () => {
  const names: string[] = [];
  let isDone = false;
  const adding = said('users', 'add', 'dan').finally(() => {
    isDone = true;
  });
  while (!isDone) {
    names.push(processNames());
    await new Promise((done) => setTimeout(done, 10));
  }
  const { secretAccessKey } = keyIn(await adding);
  const seen = names.join('\n');
  assert.match(seen, /access users add dan/);
  for (const secret of [secretAccessKey, server.rootKey.secretAccessKey]) assert.ok(!seen.includes(secret));
  await until(async () => (readdirSync(join(dataDir, 'audit')).length > 0 ? true : undefined));
  for (const name of readdirSync(join(dataDir, 'audit')))
    assert.ok(!readFileSync(join(dataDir, 'audit', name), 'utf8').includes(secretAccessKey));
  for (const name of readdirSync(dataDir).filter((one) => /\.db/.test(one)))
    assert.ok(!readFileSync(join(dataDir, name)).includes(secretAccessKey));
});

test('A-226 A-230: `limit` gives a user, role or queue limits of its own, and `limits` lists them', async () => {
  await said('users', 'add', 'lim');
  assert.equal(await said('limits'), 'none\n');
  await said('limit', 'lim', '--rate', '5/s', '--jobs', '100');
  assert.match(await said('limits'), /^NAME +RATE +BURST +JOBS\nlim +5\/s +- +100\n$/);
  const wrong = await cli('limit', 'lim', '--jobs', 'many');
  assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
  assert.match((await cli('limit', 'queue/none', '--jobs', '5')).stderr, /there is no queue none/);
  await said('limit', 'lim');
  assert.equal(await said('limits'), 'none\n');
});
