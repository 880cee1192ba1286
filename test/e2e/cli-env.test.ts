import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readRootKey } from '../../src/main/data-folder.ts';
import { runCli, startServe, tempFolder } from '../support/cli.ts';

test('the lines of env, evaluated by a shell, are the address, the key and the region', async (t) => {
  const env = { LONGSHORE_ACCESS_KEY_ID: 'KEY', LONGSHORE_SECRET_ACCESS_KEY: "a'b $c`d\\" };
  const { url, dataDir } = await startServe(t, ['--region', 'eu-west-3'], { env });
  const { code, stdout } = await runCli(['env', '--data', dataDir]);
  assert.equal(code, 0);
  const before = {
    PATH: process.env.PATH,
    AWS_PROFILE: 'other',
    AWS_DEFAULT_PROFILE: 'other',
    AWS_SESSION_TOKEN: 'stale',
    AWS_SECURITY_TOKEN: 'stale',
  };
  const shown = execFileSync('sh', ['-c', `eval "$LINES_OF_ENV"; unset LINES_OF_ENV; env`], {
    env: { ...before, LINES_OF_ENV: stdout },
    encoding: 'utf8',
  });
  assert.deepEqual(
    shown
      .split('\n')
      .filter((line) => line.startsWith('AWS_'))
      .sort(),
    [
      'AWS_ACCESS_KEY_ID=KEY',
      'AWS_DEFAULT_REGION=eu-west-3',
      `AWS_ENDPOINT_URL_BATCH=${url}`,
      `AWS_ENDPOINT_URL_CLOUDWATCH_LOGS=${url}`,
      `AWS_ENDPOINT_URL_ECS=${url}`,
      `AWS_ENDPOINT_URL_STS=${url}`,
      'AWS_REGION=eu-west-3',
      "AWS_SECRET_ACCESS_KEY=a'b $c`d\\",
    ],
  );
});

test('env --with adds EC2’s and IAM’s addresses, and settings that wait for a server that is away', async (t) => {
  const { dataDir, url } = await startServe(t);
  const plain = (await runCli(['env', '--data', dataDir])).stdout;
  const { stdout } = await runCli(['env', '--data', dataDir, '--with', 'ec2,iam,retries']);
  const added = stdout.split('\n').filter((line) => !plain.includes(line));
  assert.deepEqual(added.sort(), [
    `export AWS_ENDPOINT_URL_EC2='${url}'`,
    `export AWS_ENDPOINT_URL_IAM='${url}'`,
    "export AWS_MAX_ATTEMPTS='20'",
    "export AWS_RETRY_MODE='standard'",
  ]);
  const folder = tempFolder(t);
  const env = { AWS_CONFIG_FILE: join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'keys') };
  await runCli(['env', '--data', dataDir, '--profile', 'p', '--with', 'retries,ec2'], { env });
  const written = readFileSync(env.AWS_CONFIG_FILE, 'utf8');
  assert.match(written, /^retry_mode = standard\nmax_attempts = 20$/m);
  assert.ok(written.includes(`ec2 =\n  endpoint_url = ${url}`));
  const { code, stderr } = await runCli(['env', '--data', dataDir, '--with', 'ec2,s3']);
  assert.equal(code, 2);
  assert.equal(stderr, "longshore: --with takes ec2, iam, retries, got 's3'\n");
});

test('a server for any region and every address is told as one that clients can use', async (t) => {
  const { dataDir, url } = await startServe(t, ['--region', 'any', '--host', '0.0.0.0']);
  assert.match(url, /^http:\/\/127\.0\.0\.1:/);
  const { stdout } = await runCli(['env', '--data', dataDir]);
  assert.match(stdout, /AWS_REGION='us-east-1'/);
});

test('env of a folder that no server has used says how to start one', async (t) => {
  const { code, stdout, stderr } = await runCli(['env', '--data', tempFolder(t)]);
  assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
  assert.match(stderr, /^longshore: no server has used \S+ yet: start one with `longshore serve`\n$/);
});

test('a profile is all that the SDK needs, and the rest of the files stays as it was', async (t) => {
  const { dataDir, url } = await startServe(t);
  const folder = tempFolder(t);
  const env = {
    AWS_CONFIG_FILE: join(folder, 'c', 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'keys'),
  };
  const mine = '[default]\nregion = eu-west-1\n\n# mine\n[profile work]\r\noutput=json\n';
  mkdirSync(join(folder, 'c'));
  writeFileSync(env.AWS_CONFIG_FILE, mine);
  const args = ['env', '--data', dataDir, '--profile', 'ship'];
  assert.equal((await runCli(args, { env })).code, 0);
  const written = readFileSync(env.AWS_CONFIG_FILE, 'utf8');
  assert.ok(written.startsWith(mine));
  assert.equal(statSync(env.AWS_SHARED_CREDENTIALS_FILE).mode & 0o777, 0o600);
  assert.equal((await runCli(args, { env })).code, 0);
  assert.equal(readFileSync(env.AWS_CONFIG_FILE, 'utf8'), written, 'a second time changes nothing');

  const probe = `
    const { Batch } = await import(process.argv[1]);
    const batch = new Batch({});
    await batch.describeJobQueues({});
    const { accessKeyId } = await batch.config.credentials();
    console.log(JSON.stringify({ accessKeyId, region: await batch.config.region() }));`;
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
  const answer = execFileSync(
    process.execPath,
    ['--input-type=module', '-e', probe, import.meta.resolve('@aws-sdk/client-batch')],
    { env: { ...clean, ...env, AWS_PROFILE: 'ship' }, encoding: 'utf8' },
  );
  const { accessKeyId } = readRootKey(dataDir);
  assert.deepEqual(JSON.parse(answer), { accessKeyId, region: 'us-east-1' });
  assert.ok(written.includes(url));
});

test('a key written over another takes its session token away, and the file from everybody else', async (t) => {
  const { dataDir } = await startServe(t);
  const folder = tempFolder(t);
  const file = join(folder, 'keys');
  const other = '[other]\naws_session_token = theirs\n\n';
  const old = '[ls]\naws_access_key_id = ASIA\naws_session_token = stale\naws_security_token = stale\n';
  writeFileSync(file, `${other}${old}`);
  chmodSync(file, 0o644);
  const env = { AWS_CONFIG_FILE: join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: file };
  assert.equal((await runCli(['env', '--data', dataDir, '--profile', 'ls'], { env })).code, 0);
  const { accessKeyId, secretAccessKey } = readRootKey(dataDir);
  assert.equal(
    readFileSync(file, 'utf8'),
    `${other}[ls]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a profile name that is none is refused', async (t) => {
  const { dataDir } = await startServe(t);
  for (const name of ['', 'a b', 'x]', '../y']) {
    const { code, stderr } = await runCli(['env', '--data', dataDir, '--profile', name]);
    assert.equal(code, 2);
    assert.match(stderr, /^longshore: --profile takes letters, digits/);
  }
});

const profileFiles = (t: TestContext, keys: string) => {
  const folder = tempFolder(t);
  const env = { AWS_CONFIG_FILE: join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'keys') };
  writeFileSync(env.AWS_CONFIG_FILE, '[profile work]\nregion = eu-west-1\n');
  writeFileSync(env.AWS_SHARED_CREDENTIALS_FILE, keys);
  const read = () => Object.values(env).map((path) => readFileSync(path, 'utf8'));
  return { env, read };
};

test('--batch-only: a profile that has keys keeps them and its region; Batch and its logs go here, nothing else does', async (t) => {
  const { dataDir, url } = await startServe(t);
  const keys = '[work]\naws_access_key_id = AKIAOFS3\naws_secret_access_key = s\naws_session_token = t\n';
  const { env, read } = profileFiles(t, keys);
  const args = ['env', '--data', dataDir, '--batch-only', '--profile', 'work'];
  const { code, stdout } = await runCli(args, { env });
  assert.equal(code, 0);
  assert.match(stdout, /it keeps its own keys \(AKIAOFS3\), which the server must know/);
  const services = `[services longshore-work]\nbatch =\n  endpoint_url = ${url}\ncloudwatch_logs =\n  endpoint_url = ${url}\n`;
  const config = `[profile work]\nregion = eu-west-1\nservices = longshore-work\n\n${services}`;
  assert.deepEqual(read(), [config, keys]);
});

test('--batch-only: a profile without keys gets the server’s, and no other service stays here', async (t) => {
  const { dataDir } = await startServe(t);
  const { env, read } = profileFiles(t, '');
  const whole = await runCli(['env', '--data', dataDir, '--profile', 'longshore'], { env });
  assert.equal(whole.code, 0);
  assert.match(read()[0]!, /^sts =$/m);
  const { stdout } = await runCli(['env', '--data', dataDir, '--batch-only'], { env });
  assert.match(stdout, /^wrote profile longshore into \S+config/);
  const [config, keys] = read();
  assert.deepEqual(config!.match(/^\w+ =$/gm), ['batch =', 'cloudwatch_logs =']);
  assert.ok(keys!.includes(readRootKey(dataDir).accessKeyId));
});
