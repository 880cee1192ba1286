import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Sqlite, { type Database } from 'better-sqlite3';
import { MIGRATIONS } from '../migrations.ts';
import { StoreFailed, StoreTooNew, type Tx } from '../store.ts';
import { openSqlite } from './open-database.ts';
import { SqliteStore } from './sqlite-store.ts';

const timers = { soon: (fn: () => void) => void setImmediate(fn), after: () => () => {} };

const fresh = (
  t: TestContext,
): { connection: Database; store: SqliteStore; path: string; lost: () => number } => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-store-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'x.db');
  const connection = openSqlite(path);
  let lost = 0;
  const store = new SqliteStore(connection, timers, () => {
    lost++;
  });
  return { connection, store, path, lost: () => lost };
};

const put = (tx: Tx, key: string, value = 'v') =>
  tx.run('INSERT INTO meta (key, value) VALUES (?, ?)', [key, value]);
const keys = async (store: SqliteStore) =>
  (await store.read((tx) => tx.all<{ key: string }>('SELECT key FROM meta ORDER BY key'))).map(
    (row) => row.key,
  );

test('writers that arrive together share one transaction and each hears its own answer', async (t) => {
  const { connection, store } = fresh(t);
  let commits = 0;
  const prepare = connection.prepare.bind(connection);
  connection.prepare = ((sql: string) => {
    const statement = prepare(sql);
    if (sql !== 'COMMIT') return statement;
    const run = statement.run.bind(statement);
    statement.run = ((...args: []) => {
      commits++;
      return run(...args);
    }) as typeof statement.run;
    return statement;
  }) as typeof connection.prepare;
  const answers = await Promise.all(
    ['a', 'b', 'c'].map((key) => store.write((tx) => put(tx, key).then(() => key))),
  );
  assert.deepEqual(answers, ['a', 'b', 'c']);
  assert.equal(commits, 1);
  assert.deepEqual(await keys(store), ['a', 'b', 'c']);
});

test('a writer that throws is undone alone; its neighbours stand, and what was remembered is forgotten', async (t) => {
  const { store, lost } = fresh(t);
  const all = await Promise.allSettled([
    store.write((tx) => put(tx, 'a')),
    store.write(async (tx) => {
      await put(tx, 'b');
      throw new Error('a bug');
    }),
    store.write((tx) => put(tx, 'c')),
  ]);
  assert.deepEqual(
    all.map((one) => one.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(await keys(store), ['a', 'c']);
  assert.ok(lost() > 0);
});

test('writers run strictly one after another', async (t) => {
  const { store } = fresh(t);
  const steps: string[] = [];
  const slow = (name: string) =>
    store.write(async (tx) => {
      steps.push(`${name} begins`);
      await put(tx, name);
      await tx.all('SELECT 1');
      steps.push(`${name} ends`);
    });
  await Promise.all([slow('a'), slow('b')]);
  assert.deepEqual(steps, ['a begins', 'a ends', 'b begins', 'b ends']);
});

test('a reader sees all that was answered and nothing that was not', async (t) => {
  const { store } = fresh(t);
  const seen: string[][] = [];
  const written = store.write((tx) => put(tx, 'a'));
  const read = keys(store).then((found) => seen.push(found));
  const later = store.write((tx) => put(tx, 'b'));
  await Promise.all([written, read, later]);
  assert.deepEqual(seen, [['a']]);
});

test('onCommit runs after the commit and before the answer, and never for one that was undone', async (t) => {
  const { store } = fresh(t);
  const heard: string[] = [];
  await store
    .write(async (tx) => tx.onCommit(() => heard.push('committed')))
    .then(() => heard.push('answered'));
  await store
    .write(async (tx) => {
      tx.onCommit(() => heard.push('never'));
      throw new Error('a bug');
    })
    .catch(() => heard.push('rejected'));
  assert.deepEqual(heard, ['committed', 'answered', 'rejected']);
});

/** A database that can hold no more than a few pages beyond what it has. */
const fill = (connection: Database, spare: number): void => {
  const pages = connection.pragma('page_count', { simple: true }) as number;
  connection.pragma(`max_page_count = ${pages + spare}`);
};

const LARGE = 'x'.repeat(50_000);

for (const [which, at] of [
  ['first', 0],
  ['middle', 1],
  ['last', 2],
] as const) {
  test(`a full disk in the ${which} of three callers: all are told, none is stored, the store goes on`, async (t) => {
    const { connection, store, lost } = fresh(t);
    fill(connection, 4);
    const ran: number[] = [];
    const callers = [0, 1, 2].map((n) =>
      store.write(async (tx) => {
        ran.push(n);
        await put(tx, `k${n}`, n === at ? LARGE : 'v');
      }),
    );
    const all = await Promise.allSettled(callers);
    const stored = await keys(store);
    for (const [n, one] of all.entries()) {
      assert.equal(stored.includes(`k${n}`), one.status === 'fulfilled', 'answered and stored are the same');
    }
    assert.equal(all[at]!.status, 'rejected');
    assert.ok(lost() > 0);
    connection.pragma('max_page_count = 1000000');
    await store.write((tx) => put(tx, 'after'));
    assert.ok((await keys(store)).includes('after'));
  });
}

test('a transaction that is lost in commit rejects every caller of its group with StoreFailed', async (t) => {
  const { connection, store, lost } = fresh(t);
  const prepare = connection.prepare.bind(connection);
  let fail = true;
  connection.prepare = ((sql: string) => {
    const statement = prepare(sql);
    if (sql !== 'COMMIT') return statement;
    const run = statement.run.bind(statement);
    statement.run = ((...args: []) => {
      if (fail) throw new Error('disk I/O error');
      return run(...args);
    }) as typeof statement.run;
    return statement;
  }) as typeof connection.prepare;
  const all = await Promise.allSettled(['a', 'b'].map((key) => store.write((tx) => put(tx, key))));
  for (const one of all) assert.ok(one.status === 'rejected' && one.reason instanceof StoreFailed);
  fail = false;
  assert.deepEqual(await keys(store), []);
  assert.equal(lost(), 1);
});

test('onCommit that throws is heard by its own writer only: its neighbours, durable as it is, are answered', async (t) => {
  const { store, lost } = fresh(t);
  const thrown = store.write(async (tx) => {
    await put(tx, 'a');
    tx.onCommit(() => {
      throw new Error('after the commit');
    });
  });
  const neighbour = store.write((tx) => put(tx, 'b').then(() => 'b'));
  await assert.rejects(thrown, /after the commit/);
  assert.equal(await neighbour, 'b');
  assert.deepEqual(await keys(store), ['a', 'b']);
  assert.equal(lost(), 1, 'what was remembered is in doubt');
});

test('a transaction that cannot even be undone does not stop the store: it works again once that can be done', async (t) => {
  const { connection, store } = fresh(t);
  let broken = true;
  const prepare = connection.prepare.bind(connection);
  connection.prepare = ((sql: string) => {
    const statement = prepare(sql);
    if (sql !== 'COMMIT' && sql !== 'ROLLBACK') return statement;
    const run = statement.run.bind(statement);
    statement.run = ((...args: []) => {
      if (broken) throw new Error(`no ${sql}`);
      return run(...args);
    }) as typeof statement.run;
    return statement;
  }) as typeof connection.prepare;
  await assert.rejects(
    store.write((tx) => put(tx, 'a')),
    StoreFailed,
  );
  await assert.rejects(
    store.write((tx) => put(tx, 'b')),
    StoreFailed,
  );
  broken = false;
  await assert.rejects(
    store.write((tx) => put(tx, 'c')),
    StoreFailed,
    'the first one finds the open transaction, and undoes it',
  );
  await store.write((tx) => put(tx, 'd'));
  assert.deepEqual(await keys(store), ['d']);
});

test('the file is ours, at the newest schema, durable, and a newer schema is refused', async (t) => {
  const { connection, store, path } = fresh(t);
  assert.equal(connection.pragma('application_id', { simple: true }), 0x4c534852);
  assert.equal(connection.pragma('user_version', { simple: true }), MIGRATIONS.length);
  assert.equal(connection.pragma('journal_mode', { simple: true }), 'wal');
  assert.equal(connection.pragma('synchronous', { simple: true }), 2);
  assert.equal(connection.pragma('auto_vacuum', { simple: true }), 2);
  await store.close();
  const other = new Sqlite(path);
  other.pragma(`user_version = ${MIGRATIONS.length + 1}`);
  other.close();
  assert.throws(() => openSqlite(path), StoreTooNew);
});
