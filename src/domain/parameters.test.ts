import assert from 'node:assert/strict';
import { test } from 'node:test';
import { substitute } from './parameters.ts';

const of = (command: string[], parameters: Record<string, string>) => {
  const made = substitute(command, parameters);
  return made.kind === 'command' ? made.command : `missing ${made.name}`;
};

for (const [title, command, parameters, expected] of [
  ['J-096: a whole argument becomes one, verbatim', ['Ref::a'], { a: 'x y $HOME "z"' }, ['x y $HOME "z"']],
  ['J-096: blanks at its ends stay', ['Ref::a'], { a: ' x\n' }, [' x\n']],
  [
    'J-097: inside a longer one, each',
    ['--in=Ref::a', 'Ref::a/Ref::b'],
    { a: '1', b: '2' },
    ['--in=1', '1/2'],
  ],
  ['J-097: the name is the longest run', ['Ref::a-b_1.txt'], { 'a-b_1': 'v', a: 'w' }, ['v.txt']],
  ['J-101: a value is not read again', ['Ref::a'], { a: 'Ref::b', b: '2' }, ['Ref::b']],
  ['J-082: a missing one is named', ['Ref::a', 'Ref::b'], { a: '1' }, 'missing b'],
  ['what every object has is no parameter', ['Ref::constructor'], {}, 'missing constructor'],
  ['a value with a dollar sign stays', ['Ref::a'], { a: '$&$1' }, ['$&$1']],
  ['J-100: unused ones do no harm', ['x'], { a: '1' }, ['x']],
] as const) {
  test(title, () => {
    assert.deepEqual(of([...command], { ...parameters }), expected);
  });
}
