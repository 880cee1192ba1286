import assert from 'node:assert/strict';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '../support/cli.ts';
import { python } from './install.ts';
import { LIMIT, makePlace, type Place, program } from './place.ts';

const PACKAGES = ['miniwdl==1.16.0', 'miniwdl-aws==0.12.2', 'boto3==1.43.11', 'setuptools==80.9.0'];

/** Runs the workflow with its files in `shared`, which jobs see at the same path; resolves to what it put out. */
const runLetters = async (place: Place, shared: string, env: NodeJS.ProcessEnv): Promise<unknown> => {
  const heading = join(shared, 'heading.txt');
  writeFileSync(heading, 'sum:\n');
  const inputs = [...['one', 'three', 'four'].map((word) => `words=${word}`), `heading=${heading}`];
  const { code, stdout, stderr } = await place.run(
    'miniwdl',
    ['run', '--dir', shared, program('letters.wdl'), ...inputs, `mark=${join(shared, 'mark')}`],
    {
      MINIWDL__FILE_IO__ROOT: shared,
      MINIWDL__AWS__TASK_QUEUE: 'q',
      MINIWDL__AWS__SUBMIT_PERIOD: '0.2',
      MINIWDL__AWS__DESCRIBE_PERIOD: '1',
      ...env,
    },
  );
  assert.equal(code, 0, `${stdout}${stderr}`);
  const [outputs] = globSync(join(shared, '*_letters/outputs.json'));
  return JSON.parse(readFileSync(outputs!, 'utf8'));
};

test('miniwdl-aws scatters, gathers and tries again, on a folder of the host', LIMIT, async (t) => {
  const path = python(t, 'miniwdl', PACKAGES);
  const place = path && (await makePlace(t, path));
  if (!place) return;
  const shared = join(place.folder, 'shared');
  mkdirSync(shared);
  const backend = { MINIWDL__SCHEDULER__CONTAINER_BACKEND: 'aws_batch_job_no_efs' };
  assert.deepEqual(await runLetters(place, shared, backend), { 'letters.sum': 'sum:\n12' });
});

const ACCESS_POINT = `
import boto3
efs = boto3.client("efs")
files = efs.create_file_system(CreationToken="files")["FileSystemId"]
print(efs.create_access_point(FileSystemId=files, ClientToken="point")["AccessPointId"])
`;

test('miniwdl-aws does so on a file system of EFS, by an access point', LIMIT, async (t) => {
  const path = python(t, 'miniwdl', PACKAGES);
  const shared = tempFolder(t);
  const place = path && (await makePlace(t, path, ['--efs', `*=${shared}`]));
  if (!place) return;
  const { stdout } = await place.run('python', ['-c', ACCESS_POINT]);
  const backend = {
    MINIWDL__SCHEDULER__CONTAINER_BACKEND: 'aws_batch_job',
    MINIWDL__AWS__FSAP: stdout.trim(),
  };
  assert.deepEqual(await runLetters(place, shared, backend), { 'letters.sum': 'sum:\n12' });
});
