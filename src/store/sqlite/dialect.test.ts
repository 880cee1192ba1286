import assert from 'node:assert/strict';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { Statements } from './dialect.ts';

test('values are hidden from the planner and stay what they are', () => {
  const statement = new Statements(new Sqlite(':memory:')).get('SELECT ? AS a, typeof(?) AS b WHERE ? = 1');
  assert.equal(statement.source, 'SELECT +? AS a, typeof(+?) AS b WHERE +? = 1');
  for (const [value, type] of [
    ['text', 'text'],
    ['7', 'text'],
    [null, 'null'],
    [2 ** 40, 'real'],
    [1.5, 'real'],
  ] as const) {
    assert.deepEqual(statement.all(value, value, 1), [{ a: value, b: type }]);
  }
});
