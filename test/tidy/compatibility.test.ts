import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compatibility } from '../../scripts/compatibility.ts';
import { NOTES } from '../../scripts/compatibility-notes.ts';
import { EXTENSIONS } from '../../src/api/extensions.ts';
import { RELAXED } from '../../src/api/relaxed.ts';
import { BATCH, ECS, LOGS } from '../../src/api/shapes.gen.ts';
import { NOT_YET } from '../../src/domain/not-yet.ts';
import { ROOT } from './sources.ts';

test('docs/compatibility.md is what the code says (else: npm run compatibility)', () => {
  assert.equal(readFileSync(join(ROOT, 'docs/compatibility.md'), 'utf8'), compatibility());
});

test('the README says how many of today’s operations are here', () => {
  const [, here, all] = /^\| AWS Batch [^|]+\| (\d+) \| today’s (\d+) \|$/m.exec(compatibility())!;
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  assert.match(readme, new RegExp(`${here} of today's ${all} operations of AWS Batch`));
});

test('S-001: the sixteen operations of the reference are all here', () => {
  const page = compatibility();
  for (const name of [
    'CancelJob',
    'CreateComputeEnvironment',
    'CreateJobQueue',
    'DeleteComputeEnvironment',
    'DeleteJobQueue',
    'DeregisterJobDefinition',
    'DescribeComputeEnvironments',
    'DescribeJobDefinitions',
    'DescribeJobQueues',
    'DescribeJobs',
    'ListJobs',
    'RegisterJobDefinition',
    'SubmitJob',
    'TerminateJob',
    'UpdateComputeEnvironment',
    'UpdateJobQueue',
  ]) {
    assert.ok(page.includes(`### ${name}\n`), name);
  }
});

test('every member that a table names is in the model', () => {
  const known = (shape: string, member: string) =>
    [BATCH, EXTENSIONS, LOGS, ECS].some((model) => model.shapes[shape]?.[member] !== undefined);
  for (const { shape, member } of NOT_YET) assert.ok(known(shape, member), `${shape}.${member}`);
  for (const place of [...RELAXED, ...Object.keys(NOTES).filter((name) => name.includes('.'))]) {
    const [shape = '', member = ''] = place.split('.');
    assert.ok(known(shape, member), place);
  }
});
