import type { Resources } from '../../../domain/container.ts';
import type { Log } from '../../../lib/logger.ts';
import type { Machine } from '../api-shapes.ts';
import type { DaemonHost } from './daemon-host.ts';
import { freeName, type KnownHost } from './known-hosts.ts';

/** Two addresses lead to one daemon. */
export class SameDaemon extends Error {
  override readonly name = 'SameDaemon';
}

export interface HostIdsSettings {
  readonly log: Log;
  readonly known: readonly KnownHost[];
  /** Remembers them for the next server. */
  readonly keep: (known: readonly KnownHost[]) => void;
  /** What each host has for tasks; undefined: what its daemon says. */
  readonly sizeOfEach?: Resources | undefined;
}

/** The hosts there are. */
export interface HostList {
  all(): readonly DaemonHost[];
  /** Adds one that is listed no more. */
  addAbsent(known: KnownHost): DaemonHost;
  remove(host: DaemonHost): void;
}

/** Who is who among hosts: by the daemons' own ids, whatever their addresses. */
export class HostIds {
  private readonly settings: HostIdsSettings;
  private readonly hosts: HostList;
  private readonly byId: Map<string, KnownHost>;
  /** By id, which host has answered with it. */
  private readonly owners = new Map<string, DaemonHost>();
  private readonly complained = new Set<string>();

  constructor(settings: HostIdsSettings, hosts: HostList) {
    this.settings = settings;
    this.hosts = hosts;
    this.byId = new Map(settings.known.map((known) => [known.id, known]));
  }

  all(): readonly KnownHost[] {
    return [...this.byId.values()];
  }

  /** As remembered; of one that is not, no more than its id. */
  remembered(id: string): KnownHost {
    return this.byId.get(id) ?? { id, name: id, address: '', size: NOTHING };
  }

  /** Ids that daemons have answered with. */
  heard(): ReadonlySet<string> {
    return new Set(this.owners.keys());
  }

  /** Who the daemon is that answers at a host's address. Throws `SameDaemon`, or another Error when it is not the one that is followed there. */
  identify(host: DaemonHost, machine: Machine): KnownHost {
    const { id } = machine;
    this.checkOwner(host, id);
    const before = host.known;
    if (before && before.id !== id) this.leave(host, before);
    if (this.owners.get(id) !== host) this.own(host, id);
    return this.note(host, machine);
  }

  /** It is lost: its daemon may be met at another address. */
  giveUp(host: DaemonHost, { id }: KnownHost): void {
    if (this.owners.get(id) === host) this.owners.delete(id);
  }

  private checkOwner(host: DaemonHost, id: string): void {
    const place = host.address!.text;
    const owner = this.owners.get(id);
    if (owner && owner !== host && !owner.isSilent) {
      const text = `${place} and ${owner.address!.text} are the same Docker daemon (id ${id}): list it once; where they are two machines, one is a copy of the other: remove the id of one daemon, the file engine-id in its data folder (before Docker 23: /etc/docker/key.json), and restart it`;
      this.complain(text);
      throw new SameDaemon(text);
    }
    const other = whyAnother(host, id, owner);
    if (other === undefined) return;
    this.complain(other);
    throw new Error(other);
  }

  /** Another daemon has its address now: what is expected of the former is waited for under that one's own id. */
  private leave(host: DaemonHost, former: KnownHost): void {
    this.giveUp(host, former);
    if (!host.tasks.isEmpty) this.hosts.addAbsent(former).tasks.takeOver(host.tasks);
  }

  /** Whoever was thought to be this one before has its tasks no more. */
  private own(host: DaemonHost, id: string): void {
    this.owners.set(id, host);
    for (const other of this.hosts.all()) {
      if (other === host || other.known?.id !== id) continue;
      host.tasks.takeOver(other.tasks);
      other.known = undefined;
      if (!other.address) this.hosts.remove(other);
    }
  }

  private note(host: DaemonHost, machine: Machine): KnownHost {
    const before = this.byId.get(machine.id);
    const address = host.address!.text;
    const name = before?.name ?? freeName(machine.name || address, this.all());
    const own = { milliVcpus: machine.milliVcpus, memoryMiB: machine.memoryMiB, gpus: 0 };
    const now = { id: machine.id, name, address, size: this.settings.sizeOfEach ?? own };
    if (before && isSame(before, now)) return before;
    this.byId.set(now.id, now);
    this.settings.keep(this.all());
    return now;
  }

  /** Once, however often it is tried. */
  private complain(text: string): void {
    if (!this.complained.has(text)) this.settings.log.error({}, text);
    this.complained.add(text);
  }
}

/** Why the daemon that answers at a host's address is not taken for that host's; `owner`: who has its id. */
const whyAnother = (host: DaemonHost, id: string, owner: DaemonHost | undefined): string | undefined => {
  const place = host.address!.text;
  if (host.isFollowed && host.known!.id !== id)
    return `another Docker daemon answers at ${place}: its id is ${id} and not ${host.known!.id}`;
  if (!owner || owner === host) return undefined;
  return `the daemon of host ${owner.name} answers at ${place} and no longer at ${owner.address!.text}: it is met there once that is lost, or serve is started again`;
};

const NOTHING = { milliVcpus: 0, memoryMiB: 0, gpus: 0 };

const isSame = (a: KnownHost, b: KnownHost): boolean =>
  a.address === b.address &&
  a.size.milliVcpus === b.size.milliVcpus &&
  a.size.memoryMiB === b.size.memoryMiB &&
  a.size.gpus === b.size.gpus;
