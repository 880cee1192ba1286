import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../test/support/world.ts';
import { recordOfFailures } from '../domain/audit/record.ts';
import { AuditTrail } from '../service/audit-trail.ts';
import { AuditExport } from './audit-export.ts';

const DAY = 24 * 3_600_000;

/** Files as they are kept in memory; `full`: nothing can be written. */
const filesOf = () => {
  const kept = new Map<string, string>();
  const packed: string[] = [];
  const state = { full: false, diesAfter: false };
  return {
    kept,
    packed,
    state,
    append: async (day: string, text: string) => {
      if (state.full) throw new Error('ENOSPC');
      kept.set(day, (kept.get(day) ?? '') + text);
      if (state.diesAfter) throw new Error('died');
    },
    pack: async (day: string) => void packed.push(day),
    remove: async (day: string) => void kept.delete(day),
  };
};

const lineAt = (at: number, accessKeyId = 'AK') =>
  recordOfFailures({ at, account: '0', accessKeyId, sourceIp: '', errorCode: 'X', count: 1 }, 'e');

const begin = async (keep = 90 * DAY) => {
  const world = await makeWorld();
  const { service, clock } = world;
  const trail = new AuditTrail('0', service.ids);
  const files = filesOf();
  const audit = new AuditExport(service, trail, files, world.timers, keep);
  const rows = async () =>
    (await service.store.read((tx) => tx.all<{ text: string }>('SELECT text FROM audit_records'))).length;
  return { world, service, clock, trail, files, audit, rows };
};

test('A-188: the records of a group are one row, and one that is undone has none', async () => {
  const { service, rows } = await begin();
  const write = (line: string, fails = false) =>
    service.store.write(async (tx) => {
      tx.record(line);
      if (fails) throw new Error('a bug');
    });
  await Promise.all([write('a'), write('b')]);
  assert.equal(await rows(), 1);
  await Promise.allSettled([write('c'), write('d', true), write('e')]);
  const texts = await service.store.read((tx) => tx.all<{ text: string }>('SELECT text FROM audit_records'));
  assert.deepEqual(
    texts.map(({ text }) => text),
    ['a\nb\n', 'c\ne\n'],
  );
});

test('A-188 A-192: records go to the file of their day, and then from the database', async () => {
  const { service, clock, files, audit, trail, rows } = await begin();
  const now = clock.wall();
  trail.note(lineAt(now));
  await service.store.write(async (tx) => {
    tx.record(lineAt(now - DAY));
    tx.record(lineAt(now));
  });
  await audit.look(false);
  const [today, before] = [now, now - DAY].map((at) => new Date(at).toISOString().slice(0, 10));
  assert.equal(files.kept.get(today!)!.split('\n').length, 3);
  assert.equal(files.kept.get(before!)!.split('\n').length, 2);
  assert.equal(await rows(), 0);
  await audit.tidy();
  assert.deepEqual(files.packed, [before]);
});

test('A-192: files that cannot be written stop nothing, are said once, and lose nothing', async () => {
  const { service, clock, files, audit, trail, rows } = await begin();
  files.state.full = true;
  const errors: unknown[] = [];
  const { error } = service.log;
  Object.assign(service.log, { error: (...told: unknown[]) => void errors.push(told) });
  for (let n = 0; n < 5; n++) {
    await service.store.write(async (tx) => tx.record(lineAt(clock.wall())));
    await audit.look(false);
  }
  Object.assign(service.log, { error });
  assert.equal(await rows(), 5);
  assert.equal(errors.length, 1);
  assert.equal(trail.broken, 'ENOSPC');
  files.state.full = false;
  await audit.look(false);
  assert.equal(await rows(), 0);
  assert.equal([...files.kept.values()].join('').split('\n').length, 6);
  assert.equal(trail.broken, undefined);
});

test('A-188: a death between file and database writes twice, and never not', async () => {
  const { service, clock, files, audit, rows } = await begin();
  await service.store.write(async (tx) => tx.record(lineAt(clock.wall())));
  files.state.diesAfter = true;
  await audit.look(false);
  assert.equal(await rows(), 1);
  files.state.diesAfter = false;
  await audit.look(false);
  assert.equal(await rows(), 0);
  assert.equal([...files.kept.values()].join('').split('\n').length, 3);
});

test('A-192: files are kept for so long by the time that passed, however the clock leaps', async () => {
  const { service, clock, files, audit } = await begin(90 * DAY);
  await service.store.write(async (tx) => tx.record(lineAt(clock.wall())));
  await audit.look(false);
  const [day] = files.kept.keys();
  clock.jump(200 * DAY);
  await audit.tidy();
  assert.deepEqual([...files.kept.keys()], [day]);
  clock.jump(-200 * DAY);
  clock.advance(91 * DAY);
  await audit.tidy();
  assert.deepEqual([...files.kept.keys()], []);
});
