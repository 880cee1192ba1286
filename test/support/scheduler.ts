import type { Resources } from '../../src/domain/container.ts';
import { MACHINE, machineOf } from '../../src/domain/host.ts';
import { offersOf } from '../../src/domain/instance-offers.ts';
import { plan } from '../../src/scheduler/plan.ts';
import { renamed } from '../../src/scheduler/reserve.ts';
import type {
  EnvironmentView,
  InstanceView,
  Plan,
  QueueView,
  Reservation,
  RunningView,
  Snapshot,
  Victim,
} from '../../src/scheduler/snapshot.ts';

/* What the scheduler's tests are made of: small worlds said in few words. */

export const cpu = (vcpus: number, memoryMiB = 100): Resources => ({
  milliVcpus: vcpus * 1000,
  memoryMiB,
  gpus: 0,
});

const view = (seq: number, supply: EnvironmentView['supply']): EnvironmentView => ({
  seq,
  name: `e${seq}`,
  enabled: true,
  valid: true,
  supply,
});

/** UNMANAGED: needs its `host` among the instances. */
export const own = (seq: number): EnvironmentView => view(seq, { kind: 'own' });

/** EC2 where hosts stay whole: vCPUs of tasks. */
export const bounded = (
  seq: number,
  { types = ['c5'], min = 0, max = 256, takesNodes = true, hasWish = false, ...more }: SomeBounds = {},
): EnvironmentView =>
  view(seq, {
    kind: 'own',
    ...more,
    bounds: {
      offers: offersOf(types),
      minMilliVcpus: min * 1000,
      maxMilliVcpus: max * 1000,
      takesNodes,
      hasWish,
    },
  });

interface SomeBounds {
  readonly types?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly takesNodes?: boolean;
  readonly hasWish?: boolean;
  readonly hosts?: ReadonlySet<string>;
}

/** FARGATE. */
export const slices = (seq: number, max = 1000): EnvironmentView =>
  view(seq, { kind: 'slices', market: { kind: 'on-demand' }, maxMilliVcpus: max * 1000 });

/** EC2; vCPUs. */
export const launched = (
  seq: number,
  types: readonly string[],
  { min = 0, max = 256, wish = 0, shown = 0, mayPassMaximum = false } = {},
): EnvironmentView =>
  view(seq, {
    kind: 'launched',
    market: { kind: 'on-demand' },
    offers: offersOf(types),
    minMilliVcpus: min * 1000,
    maxMilliVcpus: max * 1000,
    wishedMilliVcpus: wish * 1000,
    shownMilliVcpus: shown * 1000,
    mayPassMaximum,
  });

export const spot = (
  seq: number,
  types: readonly string[],
  bidPercentage = 100,
  max = 256,
): EnvironmentView => {
  const made = launched(seq, types, { max, mayPassMaximum: true });
  return {
    ...made,
    supply: { ...made.supply, market: { kind: 'spot', bidPercentage } } as EnvironmentView['supply'],
  };
};

export const instanceOf = (id: string, environment: number, type: string): InstanceView => ({
  id,
  environment,
  host: MACHINE,
  type,
  size: offersOf([type])[0]!.size,
  draining: false,
  hasDeadline: false,
  graceOver: false,
});

/** The machine as the instance `h` of an UNMANAGED environment. */
export const host = (environment: number, size = cpu(4, 10_000)): InstanceView => ({
  id: 'h',
  environment,
  host: MACHINE,
  type: 'host',
  size,
  draining: false,
  hasDeadline: false,
  graceOver: false,
});

export const running = (instance: string, asks: Resources, environment = 1): RunningView => ({
  taskId: `t-${instance}`,
  environment,
  instance,
  host: MACHINE,
  asks,
  mayPrecede: 0,
});

/** `shapes`: what is asked, and the seqs of those who ask it. */
export const queue = (
  seq: number,
  environments: number[],
  ...shapes: [Resources, number[]][]
): QueueView => ({
  seq,
  name: `q${seq}`,
  priority: 1,
  environments,
  shapes: shapes.map(([asks, seqs], id) => ({
    id: seq * 100 + id,
    groups: [{ asks, count: 1 }],
    jobGroup: 0,
    heads: seqs.map((seq) => ({ seq, rank: seq })),
    waiting: seqs.length,
  })),
});

/** The same, but that later jobs stand before earlier ones. */
export const lastFirst = (s: Snapshot): Snapshot => ({
  ...s,
  queues: s.queues.map((view) => ({
    ...view,
    shapes: view.shapes.map((shape) => ({
      ...shape,
      heads: shape.heads.map(({ seq }) => ({ seq, rank: -seq })),
    })),
  })),
});

const NONE: Resources = { milliVcpus: 0, memoryMiB: 0, gpus: 0 };

/** On the machine, where nothing else is said. */
interface Reserved {
  readonly pool?: Resources;
  readonly victims?: readonly (Omit<Victim, 'host'> & Partial<Victim>)[];
}

/** What was reserved before for a queue's job. */
export const reserved = (
  queue: number,
  job: number,
  environment: number,
  { pool = NONE, victims = [], ...more }: Omit<Partial<Reservation>, 'victims'> & Reserved,
): Reservation => ({
  queue,
  job,
  environment,
  on: [],
  victims: victims.map((victim) => ({ host: MACHINE, ...victim })),
  portions: [{ host: MACHINE, asks: pool, tasks: 0 }],
  milliVcpus: 0,
  ...more,
});

/** The machine's size, where nothing is said of hosts. */
export type SomeSnapshot = Partial<Snapshot> & { readonly pool?: Resources };

/** Four vCPUs and 10,000 MiB, the machine itself as environment 1. */
export const snapshot = ({ pool = cpu(4, 10_000), ...more }: SomeSnapshot): Snapshot => {
  return {
    hosts: [machineOf(pool)],
    environments: [own(1)],
    instances: more.environments ? [] : [host(1, pool)],
    queues: [],
    running: [],
    reservations: [],
    ...more,
  };
};

/** Jobs with the environments they are placed in. */
export const placed = (s: Snapshot): [number, number][] =>
  plan(s).placements.map(({ job, environment }) => [job, environment]);

/** The verdict of each waiting shape's first environment. */
export const kinds = (s: Snapshot): (string | undefined)[] =>
  plan(s).waits.map(({ reason }) => reason.verdicts[0]?.kind);

/** The first reservation's job, and the instances it waits for to be empty. */
export const reservation = ({ reservations: [first] }: Plan): [number | undefined, string[] | undefined] => [
  first?.job,
  first?.victims.map((v) => v.instance).sort(),
];

/** A snapshot after a plan has come about: what started runs, what was launched is there, the rest waits on. */
export const after = (s: Snapshot, made: Plan): Snapshot => {
  const gone = new Set(made.retires.map((r) => r.instance));
  const warned = new Set(made.drains.map((d) => d.instance));
  const started = new Set(made.placements.map((p) => p.job));
  return {
    ...s,
    instances: [
      ...s.instances
        .filter((i) => !gone.has(i.id))
        .map((i) => ({
          ...i,
          draining: i.draining || warned.has(i.id),
          hasDeadline: i.hasDeadline || warned.has(i.id),
          graceOver: false,
        })),
      ...made.launches.map((l) => ({
        id: idOf(l.ref, made, s),
        environment: l.environment,
        host: l.host,
        type: l.type,
        size: l.size,
        draining: false,
        hasDeadline: false,
        graceOver: false,
      })),
    ],
    running: [...s.running, ...made.placements.flatMap((p) => tasksOf(s, made, p))],
    queues: s.queues.map((q) => ({
      ...q,
      shapes: q.shapes.map((shape) => {
        const heads = shape.heads.filter((h) => !started.has(h.seq));
        return { ...shape, heads, waiting: heads.length };
      }),
    })),
    reservations: renamed(made.reservations, (ref) => (ref.startsWith('+') ? idOf(ref, made, s) : ref)),
  };
};

/** A launch has the id of the first job that is placed on it, or its own ref among so many instances. */
const idOf = (ref: string, made: Plan, s: Snapshot): string => {
  const first = made.placements.find((p) => p.instances.includes(ref));
  let id = first ? `i-${first.job}${ref}` : `i${ref}-${s.instances.length}`;
  while (s.instances.some((instance) => instance.id === id)) id += "'";
  return id;
};

const tasksOf = (
  s: Snapshot,
  made: Plan,
  { job, shape, environment, instances }: Plan['placements'][number],
) => {
  const { groups } = s.queues.flatMap((q) => q.shapes).find((x) => x.id === shape)!;
  const asks = groups.flatMap((group) => Array.from({ length: group.count }, () => group.asks));
  return instances.map((ref, at) => ({
    taskId: `t-${job}-${at}`,
    environment,
    instance: ref.startsWith('+') ? idOf(ref, made, s) : ref,
    host: (made.launches.find((l) => l.ref === ref) ?? s.instances.find((i) => i.id === ref))!.host,
    asks: asks[at]!,
    mayPrecede: 0,
  }));
};
