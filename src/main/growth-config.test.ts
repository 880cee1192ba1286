import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseGrowth } from './growth-config.ts';

const CPU = 'name=cpu,vcpus=15.5,memory=60GiB,max=20,label=pool=cpu';

test('K-147: a group is what one of its nodes gives, how many there may be, and the labels they have', () => {
  assert.deepEqual(
    parseGrowth([CPU, 'name=gpu,vcpus=4,memory=512MiB,gpus=1,max=2,label=a/b=c,label=d=,spot']),
    [
      {
        name: 'cpu',
        size: { milliVcpus: 15_500, memoryMiB: 61_440, gpus: 0 },
        max: 20,
        labels: { pool: 'cpu' },
        isSpot: false,
      },
      {
        name: 'gpu',
        size: { milliVcpus: 4000, memoryMiB: 512, gpus: 1 },
        max: 2,
        labels: { 'a/b': 'c', d: '' },
        isSpot: true,
      },
    ],
  );
  assert.deepEqual(parseGrowth(), []);
});

for (const [text, why] of [
  ['name=cpu', /each of name, vcpus, memory and max/],
  ['name=cpu,vcpus=1,memory=1GiB,max=1', /a label or more/],
  [`${CPU},label=x`, /a label or more/],
  [`${CPU},max=3`, /max once/],
  [`${CPU},colour=red`, /nothing else/],
  [CPU.replace('max=20', 'max=0'), /max once, and of that form/],
  [CPU.replace('name=cpu', 'name=CPU'), /name once/],
  [CPU.replace('60GiB', '60GB'), /memory once/],
  [`${CPU},spot=yes`, /spot once/],
  [CPU.replace('vcpus=15.5', 'vcpus=0.0'), /vcpus and memory above 0/],
  [CPU.replace('60GiB', '0MiB'), /vcpus and memory above 0/],
  [`${CPU},label=pool=gpu`, /each label once/],
  [`${CPU},label=a/b/c=x`, /a label or more/],
  [`${CPU},label=/b=x`, /a label or more/],
  [`${CPU},label=A_b/c=x`, /a label or more/],
  [`${CPU},label=b-=x`, /a label or more/],
  [`${CPU},label=b=-x`, /a label or more/],
  [`${CPU},label=${'b'.repeat(64)}=x`, /a label or more/],
  [`${CPU},label=b=${'x'.repeat(64)}`, /a label or more/],
  [CPU.replace('max=20', 'max=1001'), /1000 nodes together at most/],
] as const) {
  test(`--grow ${text} is refused`, () => assert.throws(() => parseGrowth([text]), why));
}

test('--grow tells groups apart by their labels: a node is of the first whose labels it has', () => {
  const other = CPU.replace('name=cpu', 'name=other');
  assert.throws(() => parseGrowth([CPU, `${other},spot`]), /a node of group other .* of group cpu as well/);
  assert.throws(
    () => parseGrowth([CPU, `${other},label=a=b`]),
    /a node of group other .* of group cpu as well/,
  );
  assert.equal(parseGrowth([`${other},label=a=b`, CPU]).length, 2);
  assert.equal(parseGrowth([CPU, other.replace('pool=cpu', 'pool=x')]).length, 2);
});

test('--grow names a group once', () => {
  assert.throws(() => parseGrowth([CPU, CPU]), /names a group twice/);
});
