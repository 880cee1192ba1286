import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STOP_GRACE_SECONDS } from './stop-grace.ts';

test('J-207 J-258 J-319: SIGKILL comes 30 seconds after SIGTERM', () => assert.equal(STOP_GRACE_SECONDS, 30));
