import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quantityOf } from './quantity.ts';

for (const [text, expected] of [
  ['2', 2],
  ['100m', 0.1],
  ['1500u', 0.0015],
  ['24632884Ki', 24_632_884 * 1024],
  ['32Mi', 32 * 2 ** 20],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['128M', 128e6],
  ['1k', 1000],
  ['12e6', 12e6],
  ['1E3', 1000],
  ['2E', 2e18],
  ['1Ei', 2 ** 60],
  ['.5', 0.5],
  ['', 0],
  ['many', 0],
  ['1mi', 0],
  [undefined, 0],
] as const)
  test(`the quantity ${text} is ${expected}`, () =>
    assert.ok(Math.abs(quantityOf(text) - expected) <= expected * 1e-12));
