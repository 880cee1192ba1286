import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RULES } from '../books/rules.ts';
import { CANARIES, WITHOUT } from './list.ts';
import { statement } from './sabotage.ts';

test('each rule of the checker has a canary that breaks it, or a reason for none', () => {
  const broken = new Set<string>(CANARIES.map(({ rule }) => rule));
  assert.deepEqual(
    RULES.filter((rule) => !broken.has(rule) && !(rule in WITHOUT)),
    [],
  );
  assert.deepEqual(
    Object.keys(WITHOUT).filter((rule) => broken.has(rule) || !RULES.some((known) => known === rule)),
    [],
  );
});

test('each canary still finds what it spoils in the source; one that does not is told', () => {
  for (const canary of CANARIES) canary.sabotage();
  assert.throws(() => statement('UPDATE nothing', ''), /no statement holds: UPDATE nothing/);
});

test('canaries are told apart by their names', () => {
  assert.equal(new Set(CANARIES.map(({ name }) => name)).size, CANARIES.length);
});
