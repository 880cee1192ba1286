import type { Tx } from './store.ts';

/* What is known of the whole store, a row each. */

/** What ran its jobs last; undefined before the first server, and of a store of an earlier version. */
export const engineKept = (tx: Tx): Promise<string | undefined> => kept(tx, 'engine');

export const keepEngine = (tx: Tx, name: string): Promise<number> => keep(tx, 'engine', name);

/** What an engine of several hosts remembers of them, as it wrote it. */
export const hostsKept = (tx: Tx): Promise<string | undefined> => kept(tx, 'hosts');

export const keepHosts = (tx: Tx, hosts: string): Promise<number> => keep(tx, 'hosts', hosts);

/** The same of an engine of one daemon. */
export const daemonKept = (tx: Tx): Promise<string | undefined> => kept(tx, 'daemon');

export const keepDaemon = (tx: Tx, daemon: string): Promise<number> => keep(tx, 'daemon', daemon);

/** When root's own key was used last, in wall milliseconds. */
export const keepRootUse = (tx: Tx, at: number): Promise<number> => keep(tx, 'root used', String(at));

const DAY = 86_400_000;

/** Whether it was used in the last day though there are users, who could do without it. */
export const rootIsBusy = async (tx: Tx, now: number): Promise<boolean> => {
  const used = Number((await kept(tx, 'root used')) ?? 0);
  const users = await tx.all('SELECT 1 FROM users LIMIT 1');
  return users.length > 0 && now - used < DAY;
};

const kept = async (tx: Tx, key: string): Promise<string | undefined> =>
  (await tx.all<{ value: string }>('SELECT value FROM meta WHERE key = ?', [key]))[0]?.value;

const keep = (tx: Tx, key: string, value: string): Promise<number> =>
  tx.run(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    [key, value],
  );
