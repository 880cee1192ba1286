import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '@babel/parser';
import { isFunction, type Node, traverseFast } from '@babel/types';
import { type Source, sourcesBelow } from './sources.ts';

const LONGEST = 60;

/** `path:line` of each function that is longer, its first and last line counted. */
const longFunctions = ({ path, text }: Source): string[] => {
  const long: string[] = [];
  traverseFast(parse(text, { sourceType: 'module', plugins: ['typescript'] }), (node: Node) => {
    if (!isFunction(node)) return;
    const { start, end } = node.loc!;
    const lines = end.line - start.line + 1;
    if (lines > LONGEST) long.push(`${path}:${start.line} has ${lines} lines`);
  });
  return long;
};

test(`no function is longer than ${LONGEST} lines`, () => {
  const sources = sourcesBelow('src').filter(({ path }) => !path.endsWith('.gen.ts'));
  assert.deepEqual(sources.flatMap(longFunctions), []);
});

test('a function’s lines are counted from its first to its last', () => {
  const text = (lines: number) => `const f = () => {\n${'g();\n'.repeat(lines - 2)}};\n`;
  assert.deepEqual(longFunctions({ path: 'x.ts', text: text(LONGEST) }), []);
  assert.deepEqual(longFunctions({ path: 'x.ts', text: text(LONGEST + 1) }), ['x.ts:1 has 61 lines']);
});
