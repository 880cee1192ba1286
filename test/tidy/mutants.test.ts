import assert from 'node:assert/strict';
import { test } from 'node:test';
import { draw, mutantsOf } from '../../scripts/mutate/mutants.ts';
import { testsFor } from '../../scripts/mutate/nearest.ts';
import { randomFrom } from '../../scripts/mutate/random.ts';

const after = (text: string): string[] => mutantsOf({ path: 'x.ts', text }).map((mutant) => mutant.after);

for (const [text, expected] of [
  ['x = a < b;', [';', 'x = a <= b;']],
  ['x = (a) === (b);', [';', 'x = (a) !== (b);']],
  ['x = a - b;', [';', 'x = a + b;']],
  ['const x = a && !b;', ['const x = a || !b;', 'const x = a && b;']],
  ['const x = a ?? b;', ['const x = a;']],
  ['const x = a ? b : (c, d);', ['const x = a ? (c, d) : b;']],
  ['const x = 7;', ['const x = 8;']],
  ["const x = 'no room';", ["const x = '';"]],
  ["const x = 'FAILED';", []],
  [`const x = \`no room for $\{y}\`;`, [`const x = \`$\{y}\`;`]],
  ['const x = /^a{1,128}$/;', ['const x = /^a{1,129}$/;']],
  ['const x = y.filter(f);', ['const x = y;']],
  ['const x = y.some(f);', ['const x = y.every(f);']],
  ['const x = { ...y, z };', ['const x = { ...{}, z };']],
  ['const x = [...y];', ['const x = [...[]];']],
  [
    'const f = () => { if (a) return; };',
    ['const f = () => { if (!(a)) return; };', 'const f = () => { if (a) ; };'],
  ],
  [
    'for (const x of y) { if (x === 1) break; }',
    [
      'for (const x of y) { if (x !== 1) break; }',
      'for (const x of y) { if (x === 2) break; }',
      'for (const x of y) { if (x === 1) ; }',
    ],
  ],
  ["const x = y.startsWith('a');", ["const x = y.endsWith('a');"]],
  ['const x = y.includes(z);', ['const x = !y.includes(z);']],
  ['const x = y.find(f);', ['const x = y.findLast(f);']],
  ["const x = y === 'spot';", ["const x = y !== 'spot';"]],
  ["const x = y + 'spot';", []],
  ['const x = a & b;', ['const x = a | b;']],
  ['x ??= y;', [';', 'x = y;']],
  ['f();', [';']],
  ['this.service.log.warn({ a: 1 });', []],
  ["type X = 7 | 'no room'; import x from 'y';", []],
] as const) {
  test(`mutants of ${text}`, () => assert.deepEqual(after(text), expected));
}

test('a mutant tells its line and stays within it', () => {
  const [mutant] = mutantsOf({ path: 'x.ts', text: 'const a = b;\nconst x = 1;\n// 2\n' });
  assert.deepEqual(mutant, {
    path: 'x.ts',
    line: 2,
    what: 'number',
    before: 'const x = 1;',
    after: 'const x = 2;',
    text: 'const a = b;\nconst x = 2;\n// 2\n',
  });
});

test('one seed draws the same mutants twice, one of each file in turn', () => {
  const files = ['a', 'b'].map((path) => mutantsOf({ path, text: 'const x = [1, 2, 3, 4, 5, 6, 7, 8];' }));
  const drawn = (seed: number) => draw(files, 6, randomFrom(seed)).map(({ path, after }) => path + after);
  assert.deepEqual(drawn(1), drawn(1));
  assert.notDeepEqual(drawn(1), drawn(2));
  assert.equal(drawn(1).filter((line) => line.startsWith('a')).length, 3);
});

test('the tests of a file are those that load it: its own and its folder’s, then the nearer first', () => {
  const tests = testsFor([
    { path: 'src/a/a.ts', text: '' },
    { path: 'src/a/b.ts', text: "import { a } from './a.ts';" },
    { path: 'src/a/b.test.ts', text: "import { b } from './b.ts';" },
    { path: 'src/c/c.ts', text: "import {\n  b,\n} from '../a/b.ts';" },
    { path: 'src/c/c.test.ts', text: "import { c } from './c.ts';" },
    { path: 'src/c/near.test.ts', text: "import { a } from '../a/a.ts';" },
    { path: 'src/c/nearer.test.ts', text: "import { b } from '../a/b.ts';" },
    { path: 'src/c/other.test.ts', text: "import type { A } from '../a/a.ts';" },
  ]);
  assert.deepEqual(tests('src/a/a.ts'), [
    ['src/c/near.test.ts', 'src/a/b.test.ts'],
    ['src/c/nearer.test.ts', 'src/c/c.test.ts'],
  ]);
});
