import { type HostView, machineOf } from '../../src/domain/host.ts';
import { Random } from './random.ts';
import type { Swarm } from './swarm.ts';

const NOTHING = { milliVcpus: 0, memoryMiB: 0, gpus: 0 };

/** The hosts of a world: the machine alone, or with others of different sizes, which come and go and which others use. */
export class Hosts {
  private list: readonly HostView[];
  /** As they were before the last change: a turn under way may go by these. */
  private former: readonly HostView[];

  constructor(seed: number, swarm: Swarm) {
    const r = new Random(seed, 'hosts');
    const { pool } = swarm.capacity;
    const others = Array.from({ length: swarm.hosts - 1 }, (_, at) => ({
      ...machineOf({
        milliVcpus: r.pick([1000, 2000, 4000]),
        memoryMiB: Math.min(pool.memoryMiB, r.pick([4096, 8192, 16_384])),
        gpus: 0,
      }),
      id: `host${at + 1}`,
      name: `host${at + 1}`,
      slots: r.pick([Number.POSITIVE_INFINITY, 2, 5]),
      standing: false,
    }));
    this.list = [machineOf(pool), ...others];
    this.former = this.list;
  }

  now(): readonly HostView[] {
    return this.list;
  }

  /** What a host might be as a turn saw it. */
  seen(id: string): HostView[] {
    return [this.list, this.former].flatMap((hosts) => hosts.filter((host) => host.id === id));
  }

  /** One of the others goes, or comes back, larger or smaller, to stand or not; undefined where there are none. */
  turn(r: Random): string | undefined {
    return this.change(r, (host) =>
      host.open
        ? { ...host, open: false }
        : {
            ...host,
            open: true,
            size: { ...host.size, milliVcpus: r.pick([1000, 2000, 4000]) },
            standing: r.chance(0.3),
          },
    );
  }

  /** Others use one of them, more or less than before. */
  use(r: Random): string | undefined {
    const foreign = r.pick([NOTHING, { milliVcpus: 1000, memoryMiB: 2048, gpus: 0 }]);
    return this.change(r, (host) => ({ ...host, foreign }));
  }

  /** All are there, and ours alone, and stand. */
  calm(): void {
    this.replace(this.list.map((host) => ({ ...host, open: true, foreign: NOTHING, standing: true })));
  }

  private change(r: Random, to: (host: HostView) => HostView): string | undefined {
    const [, ...others] = this.list;
    if (others.length === 0) return undefined;
    const { id } = r.pick(others);
    this.replace(this.list.map((host) => (host.id === id ? to(host) : host)));
    const { open, size, standing, foreign } = this.list.find((host) => host.id === id)!;
    return `${id} has ${size.milliVcpus}, is ${open ? 'open' : 'closed'}${standing ? ', stands' : ''}, others use ${foreign.milliVcpus} of it`;
  }

  private replace(list: readonly HostView[]): void {
    this.former = this.list;
    this.list = list;
  }
}
