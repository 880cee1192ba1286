import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '@babel/parser';
import { type Node, traverseFast } from '@babel/types';
import { type Source, sourcesBelow } from './sources.ts';

/** Texts in quotes of any kind; an expression within `${}` stays as it is written. */
const TEXTS = /`[^`]*`|'[^'\n]*'/g;
/** What an UPDATE sets and what an INSERT gives, up to the condition. */
const WRITES = /UPDATE jobs SET ([\s\S]*?)(?:\bWHERE\b|$)/;
const SET_STATE = /\bstate = (?!\$\{|CASE\b|state\b)/;

interface Statement {
  readonly path: string;
  readonly sql: string;
}

const statements: readonly Statement[] = sourcesBelow('src')
  .filter(({ path }) => path !== 'src/store/migrations.ts')
  .flatMap(({ path, text }) => (text.match(TEXTS) ?? []).map((sql) => ({ path, sql })));

const writers = statements.filter(({ sql }) => {
  const set = WRITES.exec(sql)?.[1];
  return set !== undefined && /\bstate =/.test(set);
});

test('J-144: every statement that changes a job’s state takes both ends of the path from the state machine', () => {
  assert.ok(writers.length >= 10, 'the statements are found');
  for (const { path, sql } of writers) {
    const set = WRITES.exec(sql)![1]!;
    assert.doesNotMatch(set, SET_STATE, `${path}: ${sql}`);
    assert.doesNotMatch(set, /\b(THEN|ELSE) \d/, `${path}: ${sql}`);
    assert.match(sql, /\$\{(\w+\.)?from\}/, `${path}: ${sql}`);
    assert.match(sql, /\$\{(\w+\.)?to\}/, `${path}: ${sql}`);
  }
});

test('J-130: every statement that inserts jobs takes their first state from the state machine', () => {
  const inserts = statements.filter(({ sql }) => /INSERT INTO jobs\b/.test(sql));
  assert.equal(inserts.length, 4);
  for (const { path, sql } of inserts) {
    assert.match(sql, /\$\{(\w+\.to|stateCode\(FIRST_STATE\))\}/, `${path}: ${sql}`);
    assert.doesNotMatch(sql, /\bu = 0 THEN \d/, `${path}: ${sql}`);
  }
});

/** Columns whose number is a state, and those whose number is a truth. */
const STATES = new Set(['state', 'parent_state', 'job_state', 'phase', 'role', 'kind', 'unmet']);
const TRUTHS = new Set(
  'stop_kind parent_stop_kind held lost ran ok wish_over in_turn has_more doomed watched parent_watched'.split(
    ' ',
  ),
);
/** Nothing but a row's column has one of these names. */
const OWN_NAMES = /^(held|watched|\w+_(kind|over|turn|more|watched))$/;

/** The column that an expression reads: `task.state`, `row?.held`, or a `stop_kind` that was taken apart. */
const columnOf = (node: Node): string | undefined => {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression' && node.type !== 'OptionalMemberExpression') return undefined;
  return !node.computed && node.property.type === 'Identifier' ? node.property.name : undefined;
};

const isNumber = (node: Node): boolean =>
  node.type === 'NumericLiteral' || (node.type === 'UnaryExpression' && isNumber(node.argument));

const isCoded = (node: Node): boolean => {
  const column = columnOf(node);
  if (column === undefined) return false;
  // a count of what was lost may be called `lost`
  return STATES.has(column) || (node.type === 'Identifier' ? OWN_NAMES.test(column) : TRUTHS.has(column));
};

/** What decides something by being anything but 0. */
const testedIn = (node: Node): readonly Node[] => {
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return [node.test];
    case 'LogicalExpression':
      return [node.left, node.right];
    case 'UnaryExpression':
      return node.operator === '!' ? [node.argument] : [];
    default:
      return [];
  }
};

/** `path:line` of each place that reads a stored state by its number. */
const readByNumber = ({ path, text }: Source): string[] => {
  const found: string[] = [];
  traverseFast(parse(text, { sourceType: 'module', plugins: ['typescript'] }), (node: Node) => {
    const byNumber =
      node.type === 'BinaryExpression' &&
      ((isCoded(node.left) && isNumber(node.right)) || (isNumber(node.left) && isCoded(node.right)));
    const byTruth = testedIn(node).some(
      (tested) => tested.type !== 'Identifier' && OWN_NAMES.test(columnOf(tested) ?? ''),
    );
    const byPlace =
      node.type === 'SwitchStatement' &&
      isCoded(node.discriminant) &&
      node.cases.some(({ test: of }) => of && isNumber(of));
    if (byNumber || byTruth || byPlace) found.push(`${path}:${node.loc!.start.line}`);
  });
  return found;
};

test('above the store a number that means a state is read by its name', () => {
  const sources = sourcesBelow('src').filter(
    ({ path }) => !path.startsWith('src/store/') && !path.endsWith('.gen.ts'),
  );
  assert.deepEqual(sources.flatMap(readByNumber), []);
});

test('a state is seen to be read by its number in each way that there is', () => {
  const isSeen = (text: string) => readByNumber({ path: 'x.ts', text }).length > 0;
  for (const text of [
    'task.state === 2',
    'task?.state !== 0',
    '0 < job.role',
    'stop_kind > 1',
    'job.unmet < -1',
    'job.watched & 1',
    'if (task.held) f();',
    'job.stop_kind || job.parent_stop_kind',
    'const a = row.in_turn ? 1 : 2;',
    'const a = !row.has_more;',
    'switch (row.phase) { case 0: f(); }',
  ])
    assert.ok(isSeen(text), text);
  for (const text of [
    `stateOf(job.state) === 'FAILED'`,
    'job.size > 0',
    'isSet(task.held) && f()',
    'const bad = !check.ok;',
    'job.unmet === DOOMED',
    `switch (a.state) { case 'b': f(); }`,
  ])
    assert.ok(!isSeen(text), text);
});
