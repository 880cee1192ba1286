import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, sourcesBelow } from './sources.ts';

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

/** A column that holds the place of a name in a list, beside a bare number. */
const READ_AS_NUMBER = /\b(state|phase|stop_kind|parent_stop_kind|role)\)? (===|!==|<|>|<=|>=) \d/;

test('above the store a state, a stop and a node’s role are read by their names', () => {
  const wrong = sourcesBelow('src')
    .filter(({ path }) => !path.startsWith('src/store/'))
    .flatMap(({ path, text }) =>
      codeOf(text)
        .replace(TEXTS, '')
        .split('\n')
        .filter((line) => READ_AS_NUMBER.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    );
  assert.deepEqual(wrong, []);
  assert.match('if (task?.state !== 0) continue;', READ_AS_NUMBER);
});
