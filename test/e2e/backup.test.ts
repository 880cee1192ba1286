import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Batch } from '@aws-sdk/client-batch';
import { writeBackup } from '../../src/main/backup.ts';
import { readRootKey } from '../../src/main/data-folder.ts';
import { restoreBackup } from '../../src/main/restore.ts';
import { eventually, later, runCli, type Serving, startServe, tempFolder, textOf } from '../support/cli.ts';

const batchOf = (t: TestContext, { url, dataDir }: Serving): Batch => {
  const batch = new Batch({ endpoint: url, region: 'us-east-1', credentials: readRootKey(dataDir) });
  later(t, () => batch.destroy());
  return batch;
};

/** A server over a folder in which one job has ended. */
const used = async (t: TestContext): Promise<Serving> => {
  const server = await startServe(t);
  const { code } = await runCli(['run', '--data', server.dataDir, '--', 'echo', 'the first']);
  assert.equal(code, 0);
  return server;
};

const backup = (file: string, server: Serving) => runCli(['backup', file, '--data', server.dataDir]);
const restore = (file: string, dataDir: string) => runCli(['restore', file, '--data', dataDir]);

/** Submits what runs until the gate is there; resolves to its id when it runs. */
const submitGated = async (batch: Batch, gate: string, attempts: number): Promise<string> => {
  const { jobDefinitionArn } = await batch.registerJobDefinition({
    jobDefinitionName: `gated-${attempts}`,
    type: 'container',
    retryStrategy: { attempts },
    containerProperties: {
      image: 'none',
      vcpus: 1,
      memory: 16,
      command: ['sh', '-c', `echo begun; until [ -e '${gate}' ]; do sleep 0.05; done; echo over`],
    },
  });
  const { jobId } = await batch.submitJob({
    jobName: 'gated',
    jobQueue: 'default',
    jobDefinition: jobDefinitionArn!,
  });
  await eventually('it runs', async () => ((await statusOf(batch, jobId!)) === 'RUNNING' ? true : undefined));
  return jobId!;
};

const jobOf = async (batch: Batch, jobId: string) => (await batch.describeJobs({ jobs: [jobId] })).jobs![0]!;
const statusOf = async (batch: Batch, jobId: string) => (await jobOf(batch, jobId)).status;
const endOf = (batch: Batch, jobId: string) =>
  eventually(`the end of ${jobId}`, async () => {
    const job = await jobOf(batch, jobId);
    return job.status === 'SUCCEEDED' || job.status === 'FAILED' ? job : undefined;
  });

test('a backup of a server with jobs, restored elsewhere: ids, keys, logs are those, what ran is tried again or lost', async (t) => {
  const server = await used(t);
  const batch = batchOf(t, server);
  const gate = join(tempFolder(t), 'gate');
  const retried = await submitGated(batch, gate, 2);
  const once = await submitGated(batch, gate, 1);
  const ended = (await batch.listJobs({ jobQueue: 'default', jobStatus: 'SUCCEEDED' })).jobSummaryList![0]!;
  const file = join(tempFolder(t), 'backup.tar');
  const { code, stdout } = await backup(file, server);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^wrote \S+backup\.tar, \S+ .iB: the database, the keys, 3 logs(, 1 ended task that the server may not have noted yet)?\n/,
  );
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(await statusOf(batch, once), 'RUNNING');

  const dataDir = join(tempFolder(t), 'new');
  const told = await restore(file, dataDir);
  assert.equal(told.code, 0);
  assert.match(told.stdout, /^\S+ is what it was at \S+ \S+ [+-]\d\d:\d\d\n/);
  assert.ok(told.stdout.includes(`start it with \`longshore serve --data ${dataDir}\``), told.stdout);
  assert.deepEqual(readRootKey(dataDir), readRootKey(server.dataDir));
  const again = await startServe(t, [], { dataDir });
  const restored = batchOf(t, again);
  assert.match((await endOf(restored, once)).statusReason!, /^Host EC2 \(instance i-\w+\) terminated\.$/);
  writeFileSync(gate, '');
  const job = await endOf(restored, retried);
  assert.equal(job.status, 'SUCCEEDED');
  assert.equal(job.attempts?.length, 2);
  assert.deepEqual(await jobOf(restored, ended.jobId!), await jobOf(batch, ended.jobId!));
  const logs = await runCli(['logs', ended.jobId!, '--data', dataDir]);
  assert.equal(logs.stdout, 'the first\n');
  // the server that was backed up has heard nothing of it
  for (const id of [retried, once]) assert.equal((await endOf(batch, id)).status, 'SUCCEEDED');
});

test('what ended while no server ran is in the backup: the restored server hears of it, with its exit code and times', async (t) => {
  const server = await used(t);
  const gate = join(tempFolder(t), 'gate');
  const jobId = await submitGated(batchOf(t, server), gate, 1);
  await server.end('SIGKILL');
  const tasks = join(server.dataDir, 'tasks');
  const ended = () => readdirSync(tasks).filter((id) => textOf(join(tasks, id, 'exit'))?.endsWith('\n'));
  // that of the first job, when the server has not removed it yet
  const before = ended();
  writeFileSync(gate, '');
  const id = await eventually('the end', () => ended().find((name) => !before.includes(name)));
  const ends = Math.round(statSync(join(tasks, id, 'exit')).mtimeMs);
  const file = join(tempFolder(t), 'backup.tar');
  assert.match(
    (await backup(file, server)).stdout,
    /, (1 ended task|2 ended tasks) that the server may not have noted yet\n/,
  );
  const dataDir = join(tempFolder(t), 'new');
  assert.equal((await restore(file, dataDir)).code, 0);
  const restored = batchOf(t, await startServe(t, [], { dataDir }));
  const job = await endOf(restored, jobId);
  assert.deepEqual([job.status, job.container?.exitCode, job.stoppedAt], ['SUCCEEDED', 0, ends]);
});

test('a backup is a tar archive that other programs read, with sums that others can check', async (t) => {
  const server = await used(t);
  const file = join(tempFolder(t), 'backup.tar');
  assert.equal((await backup(file, server)).code, 0);
  const folder = tempFolder(t);
  execFileSync('tar', ['-xf', file, '-C', folder]);
  execFileSync('sha256sum', ['--check', '--quiet', '--strict', 'SHA256SUMS'], { cwd: folder });
  // `tasks` too, when the server has not yet removed what it noted
  const names = readdirSync(folder).filter((name) => name !== 'tasks');
  assert.deepEqual(names.sort(), [
    'SHA256SUMS',
    'backup.json',
    'logs',
    'longshore.db',
    'root-key.json',
    'sealing-key',
    'server.json',
    'token-key',
  ]);
});

test('a backup overwrites nothing, and of a folder that no server has used there is none', async (t) => {
  const server = await used(t);
  const folder = tempFolder(t);
  const file = join(folder, 'file');
  writeFileSync(file, 'mine');
  const taken = await backup(file, server);
  assert.deepEqual(
    [taken.code, taken.stderr],
    [2, `longshore: ${file} is there already, and a backup overwrites nothing\n`],
  );
  assert.equal(readFileSync(file, 'utf8'), 'mine');
  const none = await runCli(['backup', join(folder, 'b'), '--data', folder]);
  assert.deepEqual(
    [none.code, none.stderr],
    [2, `longshore: no server has used ${folder}: there is nothing to back up\n`],
  );
  const nowhere = await backup(join(folder, 'no', 'b'), server);
  assert.deepEqual([nowhere.code, nowhere.stderr.split('\n').length], [2, 2]);
  assert.deepEqual(readdirSync(folder), ['file']);
});

test('a restore is refused where a server runs and where anything is, and leaves all as it was', async (t) => {
  const server = await used(t);
  const file = join(tempFolder(t), 'backup.tar');
  assert.equal((await backup(file, server)).code, 0);
  const running = await restore(file, server.dataDir);
  assert.equal(running.code, 2);
  assert.match(running.stderr, new RegExp(`in use by another longshore serve \\(pid ${server.pid}\\)\n$`));
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'x'), '');
  const { code, stderr } = await restore(file, folder);
  assert.equal(code, 2);
  assert.match(stderr, /is not empty: a restore needs an empty folder/);
  assert.deepEqual(readdirSync(folder), ['x']);
});

test('what is no whole backup is refused in one line, and the folder stays empty', async (t) => {
  const server = await used(t);
  const folder = tempFolder(t);
  const file = join(folder, 'backup.tar');
  assert.equal((await backup(file, server)).code, 0);
  const whole = readFileSync(file);
  const changed = (at: number) =>
    Buffer.concat([whole.subarray(0, at), Buffer.from([whole[at]! ^ 1]), whole.subarray(at + 1)]);
  const key = whole.indexOf('"secretAccessKey"') + 24;
  const newer = execFileSync('tar', ['-cf', '-', '-C', aboutOf(folder, 9999), 'backup.json']);
  const outside = execFileSync('tar', [
    '-Pcf',
    '-',
    '-C',
    aboutOf(folder, 1),
    'backup.json',
    '../backup.tar',
  ]);
  const cases: [string, Buffer | string, RegExp][] = [
    ['empty', '', /is no backup that `longshore backup` wrote/],
    [
      'database',
      readFileSync(join(server.dataDir, 'longshore.db')),
      /is no backup that `longshore backup` wrote/,
    ],
    ['cut', whole.subarray(0, whole.length - 2048), /is no whole backup: /],
    ['cut-early', whole.subarray(0, 40_000), /is no whole backup: it is cut short or damaged/],
    ['changed', changed(key), /is no whole backup: the sum of root-key\.json is wrong/],
    ['outside', outside, /is no whole backup: it holds "\.\.\/backup\.tar"/],
    ['newer', newer, /was written by a newer Longshore: its schema is 9999/],
  ];
  const target = join(folder, 'data');
  mkdirSync(target);
  for (const [name, bytes, expected] of cases) {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    assert.throws(() => restoreBackup(path, target), { name: 'UsageError', message: expected });
    assert.deepEqual(readdirSync(target), [], name);
    assert.throws(() => restoreBackup(path, join(folder, 'none')), { message: expected });
    assert.ok(!existsSync(join(folder, 'none')), name);
  }
  const nowhere = await restore(join(folder, 'nowhere'), target);
  assert.equal(nowhere.code, 2);
  assert.match(nowhere.stderr, /^longshore: \S+nowhere cannot be read: .+\n$/);
});

/** A folder with the first file of a backup. */
const aboutOf = (folder: string, schema: number): string => {
  const at = join(folder, `schema-${schema}`);
  mkdirSync(at);
  const madeAt = '2100-01-01T00:00:00.000Z';
  writeFileSync(join(at, 'backup.json'), `${JSON.stringify({ format: 1, schema, madeAt })}\n`);
  return at;
};

test('a server does not start over a restore that did not end', async (t) => {
  const dataDir = tempFolder(t);
  mkdirSync(join(dataDir, 'restoring'));
  const { code, stderr } = await runCli(['serve', '--port', '0', '--engine', 'process', '--data', dataDir]);
  assert.equal(code, 2);
  assert.match(stderr, /a restore into \S+ did not end: empty the folder, and restore again/);
});

test('logs that grow while they are read, and writers all the time: the backup is whole', async (t) => {
  const server = await used(t);
  const log = join(server.dataDir, 'logs', 'aa', `${'a'.repeat(32)}.log`);
  mkdirSync(join(server.dataDir, 'logs', 'aa'), { recursive: true });
  writeFileSync(log, 'x'.repeat(3_000_000));
  const batch = batchOf(t, server);
  let submitted = 0;
  const stop = new AbortController();
  const writers = (async () => {
    const { jobDefinitions } = await batch.describeJobDefinitions({});
    const jobDefinition = jobDefinitions![0]!.jobDefinitionArn!;
    for (; !stop.signal.aborted; submitted++) {
      await batch.submitJob({ jobName: 'j', jobQueue: 'default', jobDefinition });
      appendFileSync(log, 'y'.repeat(10_000));
    }
  })();
  const file = join(tempFolder(t), 'backup.tar');
  await eventually('some submissions', () => (submitted > 5 ? true : undefined));
  const { code, stderr } = await backup(file, server);
  stop.abort();
  await writers;
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal((await restore(file, join(tempFolder(t), 'new'))).code, 0);
});

test('a full disk: nothing is there of a backup, nothing of a restore, and both say so', async (t) => {
  const server = await used(t);
  mkdirSync(join(server.dataDir, 'logs', 'aa'), { recursive: true });
  writeFileSync(join(server.dataDir, 'logs', 'aa', `${'a'.repeat(32)}.log`), Buffer.alloc(9_000_000));
  const disk = tempFolder(t);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    return t.skip('needs the right to mount a small file system');
  }
  later(t, () => execFileSync('umount', ['-l', disk]));
  const full = await backup(join(disk, 'b'), server);
  assert.deepEqual(
    [full.code, full.stderr],
    [2, `longshore: there is no space left for ${join(disk, 'b')}: nothing was written\n`],
  );
  const file = join(tempFolder(t), 'b');
  writeBackup(server.dataDir, file, 0);
  const { code, stderr } = await restore(file, disk);
  assert.equal(code, 2);
  assert.match(stderr, /there is no space left to restore \S+ into \S+: nothing was restored\n$/);
  assert.deepEqual(readdirSync(disk), []);
});
