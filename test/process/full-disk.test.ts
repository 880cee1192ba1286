import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readRootKey } from '../../src/main/data-folder.ts';
import { collect, eventually, later, runCli, spawnCli, startServe, tempFolder } from '../support/cli.ts';
import { ask } from '../support/signed.ts';

/** A file system of a few megabytes, where the test may mount one. */
const smallDisk = (t: TestContext): string | undefined => {
  const folder = tempFolder(t);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  later(t, () => execFileSync('umount', ['-l', folder]));
  return folder;
};

/** Takes what is left of a disk, to the last page. */
const fill = (path: string, folder: string): void => {
  const { bavail, bsize } = statfsSync(folder);
  try {
    writeFileSync(path, Buffer.alloc(bavail * bsize));
  } catch {
    // full is what was wanted
  }
};

test('a full disk: writers are answered 500 and nothing of theirs is kept, readers go on, and so does all when there is room again', async (t) => {
  const disk = smallDisk(t);
  if (!disk) return t.skip('needs the right to mount a small file system');
  const dataDir = join(disk, 'data');
  const server = await startServe(t, ['--capacity', 'vcpus=1,memory=1GiB'], { dataDir });
  const key = readRootKey(dataDir);
  const post = (operation: string, body: unknown) =>
    ask(server.url, key, { path: `/v1/${operation}`, body: JSON.stringify(body) });
  const done = async (operation: string, body: unknown) => {
    const answer = await post(operation, body);
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  };
  await done('createcomputeenvironment', {
    computeEnvironmentName: 'e',
    type: 'MANAGED',
    computeResources: {
      type: 'EC2',
      maxvCpus: 1,
      instanceTypes: ['optimal'],
      subnets: ['s'],
      securityGroupIds: ['g'],
      instanceRole: 'r',
    },
  });
  await done('createjobqueue', {
    jobQueueName: 'q',
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
  });
  const definition = (jobDefinitionName: string, size: number) => ({
    jobDefinitionName,
    type: 'container',
    containerProperties: { image: 'i', command: ['echo', 'x'.repeat(size)], vcpus: 1, memory: 64 },
  });
  await done('registerjobdefinition', definition('before', 1));

  fill(join(disk, 'filler'), disk);
  let refused = 0;
  const kept: string[] = [];
  for (let i = 0; i < 20; i++) {
    const answer = await post('registerjobdefinition', definition(`full-${i}`, 20_000));
    if (answer.status === 200) kept.push(`full-${i}`);
    else {
      assert.equal(answer.status, 500);
      assert.equal(answer.headers['x-amzn-errortype'], 'ServerException');
      refused++;
    }
  }
  assert.ok(refused > 0, 'the disk was full');
  const names = async (): Promise<string[]> =>
    (await done('describejobdefinitions', {})).jobDefinitions
      .map((d: { jobDefinitionName: string }) => d.jobDefinitionName)
      .toSorted();
  assert.deepEqual(await names(), ['before', ...kept].toSorted(), 'what was answered, and nothing else');

  rmSync(join(disk, 'filler'));
  await done('registerjobdefinition', definition('after', 20_000));
  const expected = ['after', 'before', ...kept].toSorted();
  assert.deepEqual(await names(), expected);
  await server.end('SIGKILL');
  const again = await startServe(t, [], { dataDir });
  const { json } = await ask(again.url, key, { path: '/v1/describejobdefinitions', body: '{}' });
  assert.deepEqual(
    json.jobDefinitions.map((d: { jobDefinitionName: string }) => d.jobDefinitionName).toSorted(),
    expected,
    'after a kill, too',
  );
});

test('a job that fills the disk ends as it ends without the server ending, and the next one runs when there is room again', async (t) => {
  const disk = smallDisk(t);
  if (!disk) return t.skip('needs the right to mount a small file system');
  const dataDir = join(disk, 'data');
  const server = await startServe(t, ['--capacity', 'vcpus=1,memory=1GiB'], { dataDir });
  const filler = join(disk, 'filler');
  writeFileSync(filler, Buffer.alloc(2_000_000));
  const go = join(tempFolder(t), 'go');
  const command = `until [ -e ${go} ]; do sleep 0.05; done; head -c 100000000 /dev/zero; sleep 3; exit 7`;
  const filling = collect(spawnCli(['run', '--data', dataDir, '--', 'sh', '-c', command]));
  const key = readRootKey(dataDir);
  await eventually('a running job', async () => {
    const id = /job (\S+)/.exec(filling.output.stderr)?.[1];
    if (id === undefined) return undefined;
    const body = JSON.stringify({ jobs: [id] });
    const { json } = await ask(server.url, key, { path: '/v1/describejobs', body });
    return json.jobs[0].status === 'RUNNING' ? true : undefined;
  });
  writeFileSync(go, '');
  await eventually('a look at a full disk', () =>
    /times of a log/.test(server.output.stderr) ? true : undefined,
  );
  const { status } = await ask(server.url, key, { path: '/v1/describejobqueues', body: '{}' });
  assert.equal(status, 200, 'it is there');
  rmSync(filler);
  assert.equal((await filling.ended).code, 7, filling.output.stderr);
  const next = await runCli(['run', '--data', dataDir, '--', 'echo', 'after all']);
  assert.equal(next.code, 0, next.stderr);
  assert.match(next.stdout, /after all/);
});
