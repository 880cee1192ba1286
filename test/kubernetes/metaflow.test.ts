import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '../support/cli.ts';
import { python } from '../workflows/install.ts';
import { LIMIT, makePlace, program } from '../workflows/place.ts';
import { CLUSTER_SCRIPT, clusterScript } from './cluster.ts';
import { systemPython, writePythonImage } from './python-image.ts';
import { clusterFlags, openNamespace } from './serving.ts';
import { noneLeft } from './waiting.ts';

/* A pipeline of a client that people use, with an image of its own, over a cluster: docs/kubernetes.md. */

const IMAGE = 'docker.io/local/metaflow:1';
const NAMESPACE = 'longshore-metaflow';
const MAKE_BUCKET = 'import boto3; boto3.client("s3").create_bucket(Bucket="metaflow")';

const missing = (): string | false => {
  if (CLUSTER_SCRIPT === undefined)
    return 'LONGSHORE_CLUSTER names no script that brings an image to the nodes';
  return systemPython() === undefined && 'there is no Python of the system to make an image of';
};

test('Metaflow runs its steps as pods of its own image, with a foreach, a retry, artifacts and their logs', {
  ...LIMIT,
  skip: missing(),
}, async (t) => {
  const bin = python(t, 'metaflow', ['metaflow==2.19.39', 'boto3==1.43.11', 'requests==2.32.5']);
  if (!bin) return;
  const image = join(tempFolder(t), 'image.tar');
  const env = ['METAFLOW_SKIP_INSTALL_DEPENDENCIES=1'];
  await writePythonImage(IMAGE, { python: systemPython()!, bin, env }, image);
  clusterScript('load', image);
  const { pods } = await openNamespace(t, NAMESPACE);
  // pods share their node's network: there S3 has the address that the client has
  const place = await makePlace(t, bin, [...clusterFlags(NAMESPACE), '--network', 'host']);
  if (!place) return;
  clusterScript('out', new URL(place.others).port);
  assert.equal((await place.run('python', ['-c', MAKE_BUCKET])).code, 0);
  const flow = join(place.folder, 'flow');
  mkdirSync(flow);
  copyFileSync(program('metaflow-squares.py'), join(flow, 'squares.py'));
  const { code, stdout, stderr } = await place.run(
    'python',
    [join(flow, 'squares.py'), '--no-pylint', 'run'],
    {
      METAFLOW_USER: 'tester',
      METAFLOW_DEFAULT_METADATA: 'local',
      METAFLOW_DEFAULT_DATASTORE: 's3',
      METAFLOW_DATASTORE_SYSROOT_S3: 's3://metaflow/flows',
      METAFLOW_DATATOOLS_S3ROOT: 's3://metaflow/data',
      METAFLOW_S3_ENDPOINT_URL: place.others,
      METAFLOW_BATCH_JOB_QUEUE: 'q',
      METAFLOW_BATCH_CONTAINER_IMAGE: IMAGE,
      METAFLOW_ECS_S3_ACCESS_IAM_ROLE: 'arn:aws:iam::000000000000:role/jobs',
    },
  );
  assert.equal(code, 0, `${stdout}${stderr}`);
  assert.match(stdout, /the sum is 29/);
  for (const squared of [4, 9, 16])
    assert.match(stdout, new RegExp(`the square of ${Math.sqrt(squared)} is ${squared}`));
  assert.match(stdout, /an attempt that fails/);
  await noneLeft(pods);
});
