import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAMILIES } from './instance-catalogue.ts';
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

/*
 * Every family’s MiB of memory for each vCPU, and what does not follow from it: a size’s name says its vCPUs, Nxlarge
 * 4 N. `name: vcpus memory gpus` of those that are otherwise.
 */
const FOUR = 'medium: 2 4096; large: 2 8192; nano: 2 512; micro: 2 1024; small: 2 2048';
const RATIOS: readonly (readonly [families: string, mibPerVcpu: number, exceptions: string])[] = [
  ['c5 c5d', 2048, 'metal: 96 196608'],
  ['c6a', 2048, 'metal: 192 393216'],
  ['c6i', 2048, 'metal: 128 262144'],
  ['c6g c7g a1 c6gn c5a', 2048, ''],
  ['c7i', 2048, 'metal-24xl: 96 196608; metal-48xl: 192 393216'],
  ['c5n', 2688, '9xlarge: 36 98304; 18xlarge: 72 196608; metal: 72 196608'],
  ['m5 m5d m5n', 4096, 'metal: 96 393216'],
  ['m6a', 4096, 'metal: 192 786432'],
  ['m6i', 4096, 'metal: 128 524288'],
  ['m5a m6g m7g h1', 4096, ''],
  ['m7i', 4096, 'metal-24xl: 96 393216; metal-48xl: 192 786432'],
  ['r5 r5d r5n i3en', 8192, 'metal: 96 786432'],
  ['r6a', 8192, 'metal: 192 1572864'],
  ['r6i', 8192, 'metal: 128 1048576'],
  ['r5a r6g d3', 8192, ''],
  ['z1d', 8192, 'metal: 48 393216'],
  ['x1e', 31_232, ''],
  ['x2gd', 16_384, ''],
  ['inf1', 2048, ''],
  ['trn1', 4096, ''],
  ['t2', 4096, 'nano: 1 512; micro: 1 1024; small: 1 2048; medium: 2 4096'],
  ['t3 t3a t4g', 4096, FOUR],
  ['p3dn', 8192, '24xlarge: 96 786432 8'],
  ['p4d p4de', 12_288, '24xlarge: 96 1179648 8'],
  ['p5', 16_384, '4xlarge: 16 262144 1; 48xlarge: 192 2097152 8'],
  ['g3s', 7808, 'xlarge: 4 31232 1'],
  ['g4dn', 4096, '12xlarge: 48 196608 4; metal: 96 393216 8'],
  ['g4ad', 4096, '8xlarge: 32 131072 2; 16xlarge: 64 262144 4'],
  ['g5 g6', 4096, '12xlarge: 48 196608 4; 24xlarge: 96 393216 4; 48xlarge: 192 786432 8'],
  ['g5g', 2048, '16xlarge: 64 131072 2; metal: 64 131072 2'],
];

/** vCPUs by a size’s name; metal of Graviton is as its largest: 16xlarge, of a1 4xlarge. */
const vcpusOf = (family: string, size: string): number => {
  const [, many] = /^(\d*)xlarge$/.exec(size) ?? [];
  if (many !== undefined) return 4 * Number(many || 1);
  const named: Record<string, number> = { medium: 1, large: 2, metal: family === 'a1' ? 16 : 64 };
  return named[size] ?? Number.NaN;
};

const GPU_FAMILIES = /^(g4dn|g4ad|g5|g5g|g6)$/;

for (const [families, ratio, exceptions] of RATIOS) {
  test(`E-063: every size of ${families} has its vCPUs, memory and GPUs`, () => {
    const others = new Map(exceptions.split('; ').map((text) => text.split(': ') as [string, string]));
    for (const family of families.split(' ')) {
      const sizes = FAMILIES[family]!.split('; ').map((text) => text.split(' ')[0]!);
      for (const size of sizes) {
        const [type] = typed(`${family}.${size}`);
        const usual = `${vcpusOf(family, size)} ${vcpusOf(family, size) * ratio} ${GPU_FAMILIES.test(family) ? 1 : 0}`;
        const [vcpus, memory, gpus = 0] = (others.get(size) ?? usual).split(' ').map(Number);
        assert.deepEqual(
          [type?.vcpus, type?.memoryMiB, type?.gpus],
          [vcpus, memory, gpus],
          `${family}.${size}`,
        );
      }
    }
  });
}

test('E-063: no family is left unchecked', () => {
  const checked = new Set(RATIOS.flatMap(([families]) => families.split(' ')));
  const before = 'c3 c4 m3 m4 r3 r4 i2 i3 d2 g2 g3 p2 p3 x1 f1'.split(' ');
  assert.deepEqual(Object.keys(FAMILIES).sort(), [...checked, ...before].sort());
});

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

test('T-398 E-055 S-237: optimal is C, M and R of today, as default_x86_64', () => {
  assert.deepEqual(typed('optimal'), typed('default_x86_64'));
  const families = new Set(typed('optimal').map((type) => type.family));
  assert.deepEqual([...families].sort(), ['c6i', 'c7i', 'm6i', 'r6i']);
  assert.ok(typed('default_arm64').every(({ architecture }) => architecture === 'arm64'));
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
