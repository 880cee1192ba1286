import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { python } from './install.ts';
import { LIMIT, makePlace, program } from './place.ts';

const MAKE_BUCKET = 'import boto3; boto3.client("s3").create_bucket(Bucket="metaflow")';

test(
  'Metaflow runs its steps as jobs, with a foreach, a retry, artifacts and their logs',
  LIMIT,
  async (t) => {
    const path = python(t, 'metaflow', ['metaflow==2.19.39', 'boto3==1.43.11', 'requests==2.32.5']);
    const place = path && (await makePlace(t, path));
    if (!place) return;
    assert.equal((await place.run('python', ['-c', MAKE_BUCKET])).code, 0);
    // what is beside the flow is packed and sent along
    const flow = join(place.folder, 'flow');
    mkdirSync(flow);
    copyFileSync(program('metaflow-squares.py'), join(flow, 'squares.py'));
    const run = (...more: readonly string[]) =>
      place.run('python', [join(flow, 'squares.py'), '--no-pylint', 'run', ...more], {
        METAFLOW_USER: 'tester',
        METAFLOW_DEFAULT_METADATA: 'local',
        METAFLOW_DEFAULT_DATASTORE: 's3',
        METAFLOW_DATASTORE_SYSROOT_S3: 's3://metaflow/flows',
        METAFLOW_DATATOOLS_S3ROOT: 's3://metaflow/data',
        METAFLOW_S3_ENDPOINT_URL: place.others,
        METAFLOW_BATCH_JOB_QUEUE: 'q',
        METAFLOW_BATCH_CONTAINER_IMAGE: 'python',
        METAFLOW_ECS_S3_ACCESS_IAM_ROLE: 'arn:aws:iam::000000000000:role/jobs',
      });
    const good = await run();
    assert.equal(good.code, 0, `${good.stdout}${good.stderr}`);
    assert.match(good.stdout, /the sum is 29/);
    for (const [number, squared] of [
      [2, 4],
      [3, 9],
      [4, 16],
    ])
      assert.match(good.stdout, new RegExp(`the square of ${number} is ${squared}`));
    const broken = await run('--broken', 'True');
    assert.notEqual(broken.code, 0);
    assert.match(`${broken.stdout}${broken.stderr}`, /an attempt that fails/);
  },
);
