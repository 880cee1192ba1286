import { DockerHosts, type DockerHostsSettings } from '../../src/engines/docker/hosts/hosts-engine.ts';
import type { KnownHost } from '../../src/engines/docker/hosts/known-hosts.ts';
import type { StartOrder, TaskReport } from '../../src/engines/engine.ts';
import { EVERYTHING } from '../../src/engines/mounts.ts';
import { silentLog } from '../../src/lib/logger.ts';
import { Random } from '../sim/random.ts';
import { ImaginedDaemon, VirtualTime } from './docker-imagined.ts';
import { memoryFile } from './docker-stand-in.ts';
import { orderOf } from './orders.ts';

/** Daemons in memory by their addresses, and a server over them. */
export class HostsWorld {
  readonly time = new VirtualTime();
  readonly daemons: Record<string, ImaginedDaemon> = {};
  engine!: DockerHosts;
  /** What the store remembers of hosts. */
  known: readonly KnownHost[] = [];
  readonly heard: TaskReport[] = [];
  readonly logged: string[] = [];

  constructor(...ids: string[]) {
    for (const id of ids) this.add(id);
  }

  /** A daemon that answers at `tcp://ID`. */
  add(id: string): ImaginedDaemon {
    const daemon = new ImaginedDaemon(this.time, new Random(1, id));
    Object.assign(daemon, { id, isUneasy: false, runsForEver: true });
    this.daemons[id] = daemon;
    return daemon;
  }

  /** Opens a server over daemons, all unless some are named; rejects as it does. */
  async open(
    more: Partial<DockerHostsSettings> & { readonly at?: readonly string[] } = {},
  ): Promise<DockerHosts> {
    const { at = Object.keys(this.daemons), ...settings } = more;
    const log = (fields: Record<string, unknown>, message: string) =>
      void this.logged.push([message, fields.host].filter(Boolean).join(': '));
    const engine = new DockerHosts(
      {
        addresses: at.map((host) => ({ kind: 'tcp', host, port: 1, text: `tcp://${host}` })),
        known: this.known,
        keep: (known) => {
          this.known = known;
        },
        lostAfter: 300_000,
        dataId: 'd',
        clock: this.time,
        timers: this.time,
        log: { ...silentLog, warn: log, error: log },
        openLog: memoryFile,
        network: 'none',
        permissions: EVERYTHING,
        pull: 'never',
        configFolder: '/nonexistent',
        ...settings,
      },
      async ({ address }) => {
        const api = this.daemons[address.text.slice('tcp://'.length)]!.api();
        // whoever answers nothing is not connected to
        await api.machine();
        return api;
      },
    );
    engine.watch((reports) => this.heard.push(...reports));
    let failed: Error | undefined;
    const begun = engine.begin().catch((error: Error) => {
      failed = error;
    });
    await this.time.pass(30_000);
    await begun;
    if (failed) {
      void engine.close();
      throw failed;
    }
    this.engine = engine;
    // the loops begin by comparing, and find nothing to stop
    await engine.list();
    await engine.list();
    return engine;
  }

  /** The server goes, and another comes. */
  async restart(more: Parameters<HostsWorld['open']>[0] = {}): Promise<DockerHosts> {
    void this.engine.close();
    return this.open(more);
  }

  /** Orders a task there, and lets it begin. */
  async run(host: string, more: Partial<StartOrder> = {}): Promise<string> {
    const order = orderOf([], { host, ...more });
    await this.engine.start([order]);
    await this.time.pass(2000);
    return order.taskId;
  }

  async kindOf(taskId: string): Promise<string | undefined> {
    return (await this.engine.list()).find((report) => report.taskId === taskId)?.kind;
  }

  openHosts(): string[] {
    return this.engine.hosts().flatMap(({ open, name }) => (open ? [name] : []));
  }
}
