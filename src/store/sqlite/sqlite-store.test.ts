import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Sqlite, { type Database } from 'better-sqlite3';
import { silentLog } from '../../lib/logger.ts';
import { MIGRATIONS } from '../migrations.ts';
import { StoreFailed, StoreTooNew, type Tx } from '../store.ts';
import { openSqlite } from './open-database.ts';
import { SqliteStore } from './sqlite-store.ts';

const timers = { soon: (fn: () => void) => void setImmediate(fn), after: () => () => {} };

const fresh = (
  t: TestContext,
  log = silentLog,
): { connection: Database; store: SqliteStore; path: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-store-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'x.db');
  const connection = openSqlite(path);
  return { connection, store: new SqliteStore(connection, timers, log), path };
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

test('a writer that throws is undone alone; its neighbours stand', async (t) => {
  const { store } = fresh(t);
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
});

test('that a writer failed is told once, with its error, though it succeeds when its group is run again', async (t) => {
  const warned: [unknown, string][] = [];
  const warn = ({ error }: Record<string, unknown>, message: string) => void warned.push([error, message]);
  const { store } = fresh(t, { ...silentLog, warn });
  let goes = 0;
  await Promise.all([
    store.write((tx) => put(tx, 'a')),
    store.write(async (tx) => {
      if (goes++ === 0) throw new Error('a bug that comes and goes');
      await put(tx, 'b');
    }),
    store.write((tx) => put(tx, 'c')),
  ]);
  assert.deepEqual(await keys(store), ['a', 'b', 'c']);
  assert.equal(warned.length, 1);
  assert.match(String(warned[0]![0]), /^Error: a bug that comes and goes\n {4}at /);
  assert.match(warned[0]![1], /its group is undone and run again/);
});

test('a transaction that is lost is not told as one that is run again', async (t) => {
  const warned: string[] = [];
  const warn = (_: unknown, message: string) => void warned.push(message);
  const { connection, store } = fresh(t, { ...silentLog, warn });
  const lost = store.write(async () => {
    connection.exec('ROLLBACK');
    throw new Error('the disk is full');
  });
  await assert.rejects(lost, StoreFailed);
  assert.deepEqual(warned, []);
});

test('those of a group have one object in common, other groups and reads have others; where one is undone alone, there is none', async (t) => {
  const { store } = fresh(t);
  const seen: (object | undefined)[] = [];
  const look = async (tx: Tx) => void seen.push(tx.group);
  await Promise.all([store.write(look), store.write(look)]);
  await store.write(look);
  await store.read(look);
  assert.ok(seen.every((group) => group !== undefined));
  assert.equal(new Set(seen).size, 3);
  assert.equal(seen[0], seen[1]);
  seen.length = 0;
  const bug = async (tx: Tx) => {
    await look(tx);
    throw new Error('a bug');
  };
  await Promise.allSettled([store.write(look), store.write(bug)]);
  assert.equal(seen[0], seen[1]);
  assert.deepEqual(seen.slice(2), [undefined, undefined], 'each is run again by itself');
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

test('onCommit of one that only reads runs at its end, and never when it threw', async (t) => {
  const { store } = fresh(t);
  const heard: string[] = [];
  await store
    .read(async (tx) => {
      tx.onCommit(() => heard.push('over'));
      heard.push('read');
    })
    .then(() => heard.push('answered'));
  await store
    .read(async (tx) => {
      tx.onCommit(() => heard.push('never'));
      throw new Error('a bug');
    })
    .catch(() => heard.push('rejected'));
  assert.deepEqual(heard, ['read', 'over', 'answered', 'rejected']);
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
    const { connection, store } = fresh(t);
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
    connection.pragma('max_page_count = 1000000');
    await store.write((tx) => put(tx, 'after'));
    assert.ok((await keys(store)).includes('after'));
  });
}

test('a transaction that is lost in commit rejects every caller of its group with StoreFailed', async (t) => {
  const { connection, store } = fresh(t);
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
});

test('onCommit that throws is heard by its own writer only: what else is to follow follows, neighbours are answered', async (t) => {
  const { store } = fresh(t);
  const heard: string[] = [];
  const thrown = store.write(async (tx) => {
    await put(tx, 'a');
    tx.onCommit(() => {
      throw new Error('after the commit');
    });
    tx.onCommit(() => heard.push('the rest'));
  });
  const neighbour = store.write((tx) => put(tx, 'b').then(() => 'b'));
  await assert.rejects(thrown, /after the commit/);
  assert.equal(await neighbour, 'b');
  assert.deepEqual(await keys(store), ['a', 'b']);
  assert.deepEqual(heard, ['the rest']);
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
  await assert.rejects(keys(store), StoreFailed, 'nobody reads what is not durable');
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
