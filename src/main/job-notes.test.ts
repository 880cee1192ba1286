import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notesOn } from './job-notes.ts';

const CONTAINER = { image: 'none', vcpus: 1, memory: 4 };

for (const [engine, more, notes] of [
  ['process', {}, []],
  ['process', { image: 'busybox' }, ['the process engine does not use image']],
  ['process', { image: 'busybox', jobRoleArn: 'arn' }, ['the process engine does not use image, jobRoleArn']],
  ['docker', { image: 'busybox', jobRoleArn: 'arn' }, ['the docker engine does not use jobRoleArn']],
  ['another', { image: 'busybox' }, []],
  ['process', { vcpus: 2 }, []],
  ['process', { vcpus: 64 }, ['asked 64 vCPUs, this host has 2: it runs alone on all 2']],
  [
    'docker',
    { jobRoleArn: 'arn', resourceRequirements: [{ type: 'VCPU', value: '2.5' }] },
    ['the docker engine does not use jobRoleArn', 'asked 2.5 vCPUs, this host has 2: it runs alone on all 2'],
  ],
] as const) {
  test(`what is said of a job with ${JSON.stringify(more)} beside its log (${engine}): ${notes.length} lines`, () => {
    assert.deepEqual(notesOn({ engine, vcpus: 2 }, { ...CONTAINER, ...more }), notes);
  });
}
