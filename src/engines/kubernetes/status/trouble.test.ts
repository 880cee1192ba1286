import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PodEvent } from '../objects.ts';
import { troubleIn } from './trouble.ts';

const event = (reason: string, more: Partial<PodEvent> = {}): PodEvent => ({
  podUid: 'u',
  type: 'Warning',
  reason,
  message: `${reason} said`,
  ...more,
});

test('K-061: the newest trouble is told, by its time and not by its place', () => {
  const events = [event('FailedMount', { at: 5 }), event('FailedCreatePodSandBox', { at: 4 })];
  assert.equal(troubleIn(events, 'u'), 'FailedMount said');
});

test('K-061: a pod that has come to its image has no trouble any more, and warnings of other things are none', () => {
  assert.equal(troubleIn([event('FailedMount', { at: 5 }), event('Pulling', { at: 6 })], 'u'), undefined);
  assert.equal(troubleIn([event('MissingClusterDNS')], 'u'), undefined);
  assert.equal(troubleIn([event('FailedMount'), event('MissingClusterDNS')], 'u'), 'FailedMount said');
});

test('K-051: an event that speaks of a pod of another uid says nothing', () => {
  assert.equal(troubleIn([event('FailedMount', { podUid: 'v' })], 'u'), undefined);
});
