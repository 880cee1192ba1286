import assert from 'node:assert/strict';
import { test } from 'node:test';
import { referenceOf } from './reference.ts';

const CASES: readonly (readonly [string, string, string, string])[] = [
  ['ubuntu', 'ubuntu', 'latest', 'docker.io'],
  ['ubuntu:18.04', 'ubuntu', '18.04', 'docker.io'],
  ['org/name', 'org/name', 'latest', 'docker.io'],
  ['org/name:tag', 'org/name', 'tag', 'docker.io'],
  ['quay.io/org/name', 'quay.io/org/name', 'latest', 'quay.io'],
  ['localhost:5000/name', 'localhost:5000/name', 'latest', 'localhost:5000'],
  ['localhost:5000/name:tag', 'localhost:5000/name', 'tag', 'localhost:5000'],
  ['docker.io/library/ubuntu:18.04', 'docker.io/library/ubuntu', '18.04', 'docker.io'],
  ['index.docker.io/org/name', 'index.docker.io/org/name', 'latest', 'docker.io'],
  ['host:5000/a/b/c@sha256:abc', 'host:5000/a/b/c', 'sha256:abc', 'host:5000'],
  ['localhost/name', 'localhost/name', 'latest', 'localhost'],
  [
    '012345678910.dkr.ecr.us-east-1.amazonaws.com/repo:v1',
    '012345678910.dkr.ecr.us-east-1.amazonaws.com/repo',
    'v1',
    '012345678910.dkr.ecr.us-east-1.amazonaws.com',
  ],
  ['name@sha256:abc', 'name', 'sha256:abc', 'docker.io'],
  ['host.x/name:tag@sha256:abc', 'host.x/name', 'sha256:abc', 'host.x'],
];

for (const [image, name, tag, registry] of CASES) {
  test(`S-275: ${image} is pulled as ${name}, ${tag}, from ${registry}`, () => {
    assert.deepEqual(referenceOf(image), { name, tag, registry });
  });
}
