import { MACHINE } from '../domain/host.ts';
import type { KnownHost } from '../engines/docker/hosts/known-hosts.ts';
import type { Engine } from '../engines/engine.ts';
import type { Log } from '../lib/logger.ts';
import { renameHost } from '../store/instance-rows.ts';
import { daemonKept, hostsKept, keepDaemon, keepHosts } from '../store/meta-rows.ts';
import type { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Tx } from '../store/store.ts';

/** What the store remembers of daemons; of the only one, when the jobs ran in Docker last. `ran`: their engine. */
export const hostMemory = async (store: SqliteStore, log: Log, ran: string | undefined) => {
  const single = ran === 'docker' ? await store.read(daemonKept) : undefined;
  const write = (work: (tx: Tx) => Promise<number>) =>
    void store
      .write(work)
      .catch((error: Error) => log.error({ error: error.message }, 'the names of hosts are not kept'));
  return {
    known: JSON.parse((await store.read(hostsKept)) ?? '[]') as KnownHost[],
    keep: (known: readonly KnownHost[]) => write((tx) => keepHosts(tx, JSON.stringify(known))),
    single: single === undefined ? undefined : (JSON.parse(single) as KnownHost),
    keepSingle: (one: KnownHost) => write((tx) => keepDaemon(tx, JSON.stringify(one))),
  };
};

/** What ran on the only daemon runs on one of several hosts from now on. */
export const moveToHost = async (store: SqliteStore, { hosts }: Engine, single: KnownHost | undefined) => {
  if (hosts && single) await store.write((tx) => renameHost(tx, MACHINE, single.id));
};
