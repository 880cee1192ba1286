import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overrules, reachesTasks, STOP_KINDS, type StopKind, stopCode, stopOf } from './stop-kinds.ts';

/** Per stop in force: those that may take its place. */
const OVERRULED_BY: Readonly<Record<StopKind, readonly StopKind[]>> = {
  none: STOP_KINDS,
  cancel: ['none', 'terminate', 'timeout', 'queue', 'dependency', 'main-ended', 'submission'],
  terminate: ['terminate'],
  timeout: ['terminate'],
  'main-ended': ['terminate', 'queue'],
  queue: ['terminate'],
  dependency: [],
  submission: [],
};

for (const [earlier, later] of Object.entries(OVERRULED_BY)) {
  test(`J-176: after ${earlier} only ${later.join(', ') || 'nothing'} has a say`, () => {
    assert.deepEqual(
      STOP_KINDS.filter((kind) => overrules(kind, earlier as StopKind)),
      later,
    );
  });
}

test('J-254: a cancel alone lets go on what is STARTING or RUNNING', () => {
  assert.deepEqual(STOP_KINDS.filter(reachesTasks), [
    'terminate',
    'timeout',
    'queue',
    'dependency',
    'main-ended',
    'submission',
  ]);
});

test('a stop is stored by its place in the list', () => {
  for (const kind of STOP_KINDS) assert.equal(stopOf(stopCode(kind)), kind);
});
