import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { python } from './install.ts';
import { LIMIT, makePlace, program } from './place.ts';

const PACKAGES = [
  'snakemake==9.27.1',
  'snakemake-executor-plugin-aws-batch==0.2.1',
  'snakemake-storage-plugin-s3==0.3.6',
];

const SETUP = `
import boto3
boto3.client("s3").create_bucket(Bucket="words")
`;
const READ = `
import boto3
print(boto3.client("s3").get_object(Bucket="words", Key="run/sum.txt")["Body"].read().decode().strip())
`;

test(
  'Snakemake runs rules in their order, removes what it registered, and fails where a rule fails',
  LIMIT,
  async (t) => {
    const path = python(t, 'snakemake', PACKAGES);
    const place = path && (await makePlace(t, path));
    if (!place) return;
    assert.equal((await place.run('python', ['-c', SETUP])).code, 0);
    // what is sent along is looked for below the folder that it runs in
    copyFileSync(program('words.smk'), join(place.folder, 'Snakefile'));
    const run = (target: string) =>
      place.run(
        'snakemake',
        [
          ...['--jobs', '2', target],
          ...['--executor', 'aws-batch', '--aws-batch-region', 'us-east-1', '--aws-batch-job-queue', 'q'],
          ...['--aws-batch-job-role', 'arn:aws:iam::000000000000:role/jobs'],
          ...['--default-storage-provider', 's3', '--default-storage-prefix', 's3://words/run'],
          ...['--storage-s3-endpoint-url', place.others],
        ],
        { AWS_ENDPOINT_URL_S3: place.others },
      );
    const good = await run('add');
    assert.equal(good.code, 0, good.stderr);
    assert.equal((await place.run('python', ['-c', READ])).stdout.trim(), '9');
    const broken = await run('broken');
    assert.notEqual(broken.code, 0);
    assert.match(broken.stderr, /AWS Batch job failed\. Code: 1/);
    const { jobDefinitions } = await place.batch.describeJobDefinitions({ status: 'ACTIVE' });
    assert.deepEqual(jobDefinitions, []);
  },
);
