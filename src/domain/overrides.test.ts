import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resourcesOf } from './container.ts';
import { withLists } from './container-rules.ts';
import { override } from './overrides.ts';

const old = withLists({ image: 'x', vcpus: 1, memory: 128, command: ['a'] });
const requirement = (type: string, value: string) => ({ type, value });
const modern = withLists({
  image: 'x',
  resourceRequirements: [requirement('VCPU', '2'), requirement('MEMORY', '256'), requirement('GPU', '1')],
});

test('J-104 S-155: a command replaces the definition’s wholly; J-105: an empty one is none', () => {
  assert.deepEqual(override(old, { command: ['b', 'c'] }).command, ['b', 'c']);
  assert.deepEqual(override(old, { command: [] }).command, ['a']);
});

test('S-268 S-269: vcpus and memory replace those of an old-form definition', () => {
  const made = override(old, { vcpus: 4, memory: 512 });
  assert.deepEqual([made.vcpus, made.memory], [4, 512]);
});

test('J-107: against resourceRequirements the old forms have no effect', () => {
  assert.deepEqual(resourcesOf(override(modern, { vcpus: 8, memory: 9999 })), {
    milliVcpus: 2000,
    memoryMiB: 256,
    gpus: 1,
  });
});

test('J-108: a requirement replaces that of its type, others stay; the old member goes', () => {
  const made = override(modern, { resourceRequirements: [requirement('MEMORY', '512')] });
  assert.deepEqual(resourcesOf(made), { milliVcpus: 2000, memoryMiB: 512, gpus: 1 });
  const changed = override(old, { resourceRequirements: [requirement('VCPU', '4')] });
  assert.equal(changed.vcpus, undefined);
  assert.equal(changed.memory, 128);
  assert.equal(resourcesOf(changed).milliVcpus, 4000);
});

test('a fraction of a vCPU is counted in thousandths', () => {
  assert.equal(
    resourcesOf(override(modern, { resourceRequirements: [requirement('VCPU', '0.25')] })).milliVcpus,
    250,
  );
});

test('S-156 J-106: variables are merged by name', () => {
  const base = withLists({
    image: 'x',
    environment: [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ],
  });
  const made = override(base, {
    environment: [
      { name: 'B', value: '' },
      { name: 'C', value: '3' },
    ],
  });
  assert.deepEqual(made.environment, [
    { name: 'A', value: '1' },
    { name: 'B', value: '' },
    { name: 'C', value: '3' },
  ]);
});
