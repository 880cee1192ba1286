import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandInstanceTypes, memoryForJobs } from './instance-types.ts';

const typed = (...names: string[]) => {
  const made = expandInstanceTypes(names);
  return made.kind === 'types' ? made.types : [];
};

for (const [rule, name, vcpus, memoryMiB, gpus] of [
  ['E-058', 'c4.8xlarge', 36, 61_440, 0],
  ['E-058', 'c3.8xlarge', 32, 61_440, 0],
  ['E-059', 'm4.10xlarge', 40, 163_840, 0],
  ['E-059', 'm3.medium', 1, 3840, 0],
  ['E-060', 'r4.16xlarge', 64, 499_712, 0],
  ['E-060', 'r3.large', 2, 15_360, 0],
  ['E-061', 'x1.32xlarge', 128, 1_998_848, 0],
  ['E-061', 'd2.8xlarge', 36, 249_856, 0],
  ['E-062', 'p2.16xlarge', 64, 749_568, 16],
  ['E-062', 'g3.8xlarge', 32, 249_856, 2],
  ['E-062', 'f1.16xlarge', 64, 999_424, 0],
] as const) {
  test(`${rule}: ${name} has ${vcpus} vCPUs, ${memoryMiB} MiB, ${gpus} GPUs`, () => {
    const [type] = typed(name);
    assert.deepEqual([type?.vcpus, type?.memoryMiB, type?.gpus], [vcpus, memoryMiB, gpus]);
  });
}

test('E-054: every size of 2018 is known', () => {
  const sizes: Record<string, string> = {
    m3: 'medium large xlarge 2xlarge',
    m4: 'large xlarge 2xlarge 4xlarge 10xlarge 16xlarge',
    c3: 'large xlarge 2xlarge 4xlarge 8xlarge',
    c4: 'large xlarge 2xlarge 4xlarge 8xlarge',
    r3: 'large xlarge 2xlarge 4xlarge 8xlarge',
    r4: 'large xlarge 2xlarge 4xlarge 8xlarge',
    i2: 'xlarge 2xlarge 4xlarge 8xlarge',
    i3: 'xlarge 2xlarge 4xlarge 8xlarge 16xlarge',
    d2: 'xlarge 2xlarge 4xlarge 8xlarge',
    g2: '2xlarge 8xlarge',
    g3: '4xlarge 8xlarge 16xlarge',
    p2: 'xlarge 8xlarge 16xlarge',
    p3: '2xlarge 8xlarge 16xlarge',
    x1: '16xlarge 32xlarge',
    f1: '2xlarge 16xlarge',
  };
  for (const [family, list] of Object.entries(sizes)) {
    for (const size of list.split(' '))
      assert.equal(typed(`${family}.${size}`).length, 1, `${family}.${size}`);
  }
});

test('E-055 S-237: optimal is C, M and R', () => {
  const families = new Set(typed('optimal').map((type) => type.family));
  for (const family of ['c4', 'm4', 'r4']) assert.ok(families.has(family));
});

test('E-056: bare metal is left out of families; unknown names are told', () => {
  assert.ok(typed('c5').every((type) => !type.name.includes('metal')));
  assert.equal(typed('c5.metal').length, 1);
  assert.deepEqual(expandInstanceTypes(['c5', 'C5.large']), { kind: 'unknown', name: 'C5.large' });
  assert.deepEqual(expandInstanceTypes(['constructor']), { kind: 'unknown', name: 'constructor' });
});

test('E-165: memory for jobs is below nominal', () => {
  assert.deepEqual([memoryForJobs(8192), memoryForJobs(32_768)], [7955, 31_425]);
});
