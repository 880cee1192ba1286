import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Log, silentLog } from '../../lib/logger.ts';
import type { DaemonApi } from './api.ts';
import { ContainerRemovals } from './container-removals.ts';
import type { Networks } from './networks.ts';

test('J-308: volumes go with their task: those of tasks that still are stay, whatever cannot be removed', async () => {
  const removed: string[] = [];
  const api: Partial<DaemonApi> = {
    volumes: async () =>
      ['known', 'stuck', 'gone'].map((task) => ({ Name: `v-${task}`, Labels: { 'longshore.task': task } })),
    removeVolume: async (name) => {
      if (name === 'v-stuck') throw new Error('in use');
      removed.push(name);
    },
  };
  const networks = { sweep: async () => {} } as Partial<Networks> as Networks;
  const removals = new ContainerRemovals(api as DaemonApi, {
    log: silentLog,
    networks,
    hasTasks: () => false,
  });
  await removals.sweep((task) => task === 'known');
  assert.deepEqual(removed, ['v-gone']);
});

test('a sweep that the daemon fails rejects for nobody, is told once, and is made again by the next', async () => {
  const warned: unknown[] = [];
  const log: Log = { ...silentLog, warn: ({ error }, message) => warned.push(`${message}: ${error}`) };
  let asked = 0;
  const volumes = async () => {
    if (++asked !== 3) throw new Error('panic');
    return [];
  };
  const networks = { sweep: async () => {} } as Partial<Networks> as Networks;
  const removals = new ContainerRemovals({ volumes } as Partial<DaemonApi> as DaemonApi, {
    log,
    networks,
    hasTasks: () => false,
  });
  const told = 'volumes and networks of old tasks are not removed: panic';
  await removals.sweep(() => true);
  await removals.sweep(() => true);
  assert.deepEqual(warned, [told]);
  await removals.sweep(() => true);
  await removals.sweep(() => true);
  assert.deepEqual(warned, [told, told]);
  removals.close();
});
