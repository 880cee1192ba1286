import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { FakeTimers } from '../../test/support/fakes.ts';
import { openMemory } from '../../test/support/memory-database.ts';
import { MACHINE } from '../domain/host.ts';
import { silentLog } from '../lib/logger.ts';
import {
  insertInstance,
  instanceById,
  liveInstances,
  liveInstancesOf,
  setInstanceBusy,
  setInstanceDraining,
  setInstanceIdle,
  setInstanceTerminated,
} from './instance-rows.ts';
import { MIGRATIONS } from './migrations.ts';
import { deleteTasks } from './retention-rows.ts';
import { openSqlite } from './sqlite/open-database.ts';
import { SqliteStore } from './sqlite/sqlite-store.ts';

const AT = { wall: 1000, steady: 7, bootId: 'b' };
const size = { milliVcpus: 2000, memoryMiB: 3712, gpus: 0 };
const launched = (id: string, environment = 1) => ({
  id,
  containerInstance: id.repeat(2),
  environment,
  type: 'c5.large',
  host: MACHINE,
  size,
  at: AT,
});

test('an instance is idle, busy, idle again, drains and ends, and is told apart from those of others', async () => {
  const store = new SqliteStore(openMemory(), new FakeTimers(), silentLog);
  await store.write(async (tx) => {
    await insertInstance(tx, launched('i-1'));
    await insertInstance(tx, launched('i-2', 2));
    assert.deepEqual(
      (await liveInstancesOf(tx, 1)).map((i) => [i.id, i.size, i.ran, i.state]),
      [['i-1', size, false, { kind: 'running', idleSince: AT }]],
    );
    await setInstanceBusy(tx, 'i-1');
    assert.deepEqual((await instanceById(tx, 'i-1'))?.state, { kind: 'running' });
    const later = { ...AT, wall: 2000, steady: 1007 };
    await setInstanceIdle(tx, 'i-1', later);
    assert.deepEqual((await instanceById(tx, 'i-1'))?.state, { kind: 'running', idleSince: later });
    await setInstanceDraining(tx, 'i-1', 'price', later, 120_000);
    const deadline = { began: later, milliseconds: 120_000 };
    assert.deepEqual((await instanceById(tx, 'i-1'))?.state, { kind: 'draining', reason: 'price', deadline });
    await setInstanceDraining(tx, 'i-1', 'deleted', AT, undefined);
    assert.equal((await liveInstances(tx)).find((i) => i.id === 'i-1')?.state.kind, 'draining');
    await setInstanceTerminated(tx, 'i-1', 'price', 3000, 0);
    assert.deepEqual((await instanceById(tx, 'i-1'))?.state, {
      kind: 'terminated',
      at: 3000,
      reason: 'price',
    });
    assert.deepEqual(
      (await liveInstances(tx)).map((i) => i.id),
      ['i-2'],
    );
  });
  await store.close();
});

test('one that drains without a deadline gets it and keeps its reason, unless its environment is deleted', async () => {
  const store = new SqliteStore(openMemory(), new FakeTimers(), silentLog);
  const told = (reason: string, milliseconds: number) => ({
    kind: 'draining',
    reason,
    deadline: { began: AT, milliseconds },
  });
  await store.write(async (tx) => {
    await insertInstance(tx, launched('i-1'));
    const state = async () => (await instanceById(tx, 'i-1'))?.state;
    await setInstanceDraining(tx, 'i-1', 'replaced', AT, undefined);
    assert.deepEqual(await state(), { kind: 'draining', reason: 'replaced' });
    await setInstanceDraining(tx, 'i-1', 'price', AT, 120_000);
    assert.deepEqual(await state(), told('replaced', 120_000));
    await setInstanceDraining(tx, 'i-1', 'reclaimed', AT, 5);
    assert.deepEqual(await state(), told('replaced', 120_000));
    await setInstanceDraining(tx, 'i-1', 'deleted', AT, 0);
    assert.deepEqual(await state(), told('deleted', 0));
  });
  await store.close();
});

test('a folder from before instances keeps the ids that its jobs had', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-'));
  const path = join(folder, 'longshore.db');
  const old = new Sqlite(path);
  old.exec(MIGRATIONS[0]!);
  old.pragma('user_version = 1');
  for (const [name, type, status] of [
    ['a', 'MANAGED', 'VALID'],
    ['b', 'UNMANAGED', 'VALID'],
    ['c', 'MANAGED', 'DELETED'],
  ]) {
    old
      .prepare(
        `INSERT INTO environments (name, uuid, cluster, type, state, status, min_vcpus, desired_vcpus, tags, extra)
         VALUES (?, '01234567-89ab-3cde-8f01-23456789abcd', 'x', ?, 'ENABLED', ?, 0, 4, '{}', '{}')`,
      )
      .run(name, type, status);
    old.exec(`UPDATE environments SET uuid = replace(uuid, '0123', '${name}000') WHERE name = '${name}'`);
  }
  old.exec(`INSERT INTO tasks (id, job, attempt, environment, state, milli_vcpus, memory_mib, gpus, log_stream, created_at)
    VALUES ('t', 1, 1, 1, 1, 1000, 4, 0, 's', 0)`);
  old.close();
  const store = new SqliteStore(openSqlite(path), new FakeTimers(), silentLog);
  await store.read(async (tx) => {
    const [task] = await tx.all<{ instance: string }>('SELECT instance FROM tasks');
    assert.equal(task?.instance, 'i-0a000456789ab3cde');
    const live = await liveInstances(tx);
    assert.deepEqual(
      live.map((i) => [i.id, i.type, i.state.kind]),
      [
        ['i-0a000456789ab3cde', 'host', 'draining'],
        ['i-0b000456789ab3cde', 'host', 'running'],
      ],
    );
    assert.equal(live[0]?.containerInstance, 'a000456789ab3cde8f0123456789abcd');
  });
  await store.close();
  rmSync(folder, { recursive: true });
});

test('a terminated instance goes with the last of its tasks, one that runs stays', async () => {
  const store = new SqliteStore(openMemory(), new FakeTimers(), silentLog);
  await store.write(async (tx) => {
    for (const id of ['i-1', 'i-2']) await insertInstance(tx, launched(id));
    await setInstanceTerminated(tx, 'i-1', 'idle', 1, 0);
    for (const [id, instance] of [
      ['a', 'i-1'],
      ['b', 'i-1'],
      ['c', 'i-2'],
    ]) {
      await tx.run(
        `INSERT INTO tasks (id, job, attempt, environment, state, milli_vcpus, memory_mib, gpus, log_stream, created_at, instance)
         VALUES (?, ?, 1, 1, 2, 1, 1, 0, 's', 0, ?)`,
        [id!, id!.charCodeAt(0), instance!],
      );
    }
    await deleteTasks(tx, ['a', 'c']);
    assert.equal((await instanceById(tx, 'i-1'))?.id, 'i-1');
    await deleteTasks(tx, ['b']);
    assert.equal(await instanceById(tx, 'i-1'), undefined);
    assert.equal((await instanceById(tx, 'i-2'))?.id, 'i-2');
  });
  await store.close();
});
