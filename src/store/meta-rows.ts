import type { Tx } from './store.ts';

/* What is known of the whole store, a row each. */

const ENGINE = 'engine';

/** What ran its jobs last; undefined before the first server, and of a store of an earlier version. */
export const engineKept = async (tx: Tx): Promise<string | undefined> =>
  (await tx.all<{ value: string }>('SELECT value FROM meta WHERE key = ?', [ENGINE]))[0]?.value;

export const keepEngine = (tx: Tx, name: string): Promise<number> =>
  tx.run(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    [ENGINE, name],
  );
