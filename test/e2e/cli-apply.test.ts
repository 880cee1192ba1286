import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { silentLog } from '../../src/lib/logger.ts';
import type { Running } from '../../src/main/start-server.ts';
import { type Ended, runCli } from '../support/cli.ts';
import { allow, asRoot, element, makeUser } from '../support/iam.ts';
import { removeFolder } from '../support/leftovers.ts';
import { serverFor } from '../support/server.ts';
import type { Signing } from '../support/signed.ts';

/* `longshore access apply` and `access export`: a file that says who may what. */

const stops: (() => unknown)[] = [];
let dataDir: string;
let server: Running;

before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'longshore-cli-apply-'));
  server = await serverFor({ after: (fn) => void stops.push(fn as () => unknown) }, { dataDir }, silentLog);
});
after(async () => {
  for (const stop of stops) await stop();
  removeFolder(dataDir);
});

const cli = (key: Signing | undefined, ...args: string[]): Promise<Ended> =>
  key === undefined
    ? runCli(['access', ...args, '--data', dataDir])
    : runCli(['access', ...args], {
        env: {
          AWS_ENDPOINT_URL_BATCH: server.url,
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: key.accessKeyId,
          AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
        },
      });

const fileOf = (content: object | string): string => {
  const file = join(dataDir, 'access.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return file;
};
const applyAs = (key: Signing | undefined, content: object | string, ...flags: string[]): Promise<Ended> =>
  cli(key, 'apply', fileOf(content), ...flags);
const apply = (content: object | string, ...flags: string[]): Promise<Ended> =>
  applyAs(undefined, content, ...flags);

const FILE = {
  groups: [{ name: 'lab', policies: ['longshore/Submitter'] }],
  users: [{ name: 'ann', groups: ['lab'] }],
};

test('A-230: `apply` says what it did, and nothing the second time; `--dry-run` what it would do; `export` writes such a file', async () => {
  const would = await apply(FILE, '--dry-run');
  assert.deepEqual([would.code, would.stderr], [0, '']);
  const first = await apply(FILE);
  assert.equal(first.stdout, would.stdout.replaceAll('would ', ''));
  assert.equal(
    first.stdout,
    'make group lab\nmake user ann\nattach longshore/Submitter to group lab\nput user ann into group lab\n',
  );
  assert.match(first.stderr, /ann has no key yet: longshore access keys rotate ann makes one/);
  const key = await asRoot(server, 'CreateAccessKey', { UserName: 'ann' });
  const { stdout } = await cli(undefined, 'export');
  for (const secret of ['SecretAccessKey', 'AccessKeyId']) assert.ok(!stdout.includes(element(key, secret)!));
  const again = await apply(stdout, '--prune');
  assert.deepEqual([again.code, again.stdout, again.stderr], [0, 'nothing to change\n', '']);
});

test('A-230: a mistake in the file is a line with its place, and exit code 2', async () => {
  const at = join(dataDir, 'access.json');
  const wrong = await apply('{"users": [\n{"name": "ann", "key": "x"}]}');
  assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
  assert.match(wrong.stderr, /^longshore: \S+access\.json:2: users\[0\]\.key: there is no such member/);
  const { code, stderr } = await apply('{"users": [');
  assert.deepEqual([code, stderr], [2, `longshore: ${at}:1: the file ends too early\n`]);
  assert.match((await cli(undefined, 'apply', `${at}.none`)).stderr, /none cannot be read/);
});

test('A-230: whoever may not is told what is lacking, and where; `--prune` leaves a user what it asks with', async () => {
  const eve = await makeUser(server, 'eve');
  await allow(server, 'eve', [{ Action: ['iam:List*', 'iam:Get*', 'longshore:List*'] }]);
  const refused = await applyAs(eve, { ...FILE, users: [{ name: 'zed' }] });
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /json:\d+: users\[0\]: User: \S+ is not authorized to perform: iam:CreateUser/,
  );
  await allow(server, 'eve', [{ Action: ['iam:*', 'longshore:List*'] }]);
  const { code, stdout, stderr } = await applyAs(eve, FILE, '--prune');
  assert.deepEqual([code, stdout], [3, 'nothing to change\n']);
  assert.match(
    stderr,
    /not done: delete user eve\n.*eve asks, and has its rights by that: name it in the file, or/,
  );
});

test('A-230: whoever changes what it has its rights by is told so, and `--prune` asks before nothing of a section is left', async () => {
  const meg = await makeUser(server, 'meg');
  await allow(server, 'meg', [{ Action: ['iam:*', 'longshore:List*'] }]);
  const file = { ...FILE, users: [{ name: 'meg', tags: { team: 'red' } }, ...FILE.users] };
  const told = await applyAs(meg, file);
  assert.deepEqual([told.code, told.stdout], [0, 'tag user meg: team\n']);
  assert.equal(told.stderr, 'longshore: last, for meg has its rights by it: tag user meg: team\n');
  const asked = await apply({}, '--prune');
  assert.deepEqual([asked.code, asked.stdout], [2, '']);
  assert.match(asked.stderr, /delete all there are of these: 1 groups, \d users: say --yes to do so/);
  assert.equal((await apply({}, '--prune', '--dry-run')).code, 0);
  const { code, stdout } = await apply({}, '--prune', '--yes');
  assert.deepEqual([code, stdout.includes('delete user ann')], [0, true]);
});
