import { isDeepStrictEqual } from 'node:util';
import type { Instance } from '../../src/domain/instance.ts';
import { change, nothingRuns, type Running } from '../../src/loops/running.ts';
import { countLarge, type Room } from '../../src/scheduler/room.ts';
import type { ActiveTask } from '../../src/store/task-rows.ts';

/** What there is in the store. */
export interface Stored {
  readonly tasks: readonly ActiveTask[];
  readonly instances: readonly Instance[];
  /** Ids of those that changed since the last turn, which it has not looked at yet. */
  readonly pending: ReadonlySet<string>;
}

type Rows = Iterable<{ readonly id: string }>;

/** Where what the loops keep of what runs is not what the store has, or not what follows from that; empty when it is true. */
export const falseIn = (kept: Running, { tasks, instances, pending }: Stored): string[] => [
  ...differences('task', kept.tasks.values(), tasks, pending),
  ...differences('instance', kept.instances.values(), instances, pending),
  ...falseWithin(kept),
];

const byId = (rows: Rows): Map<string, unknown> => new Map(Array.from(rows, (row) => [row.id, row]));

const differences = (
  what: string,
  kept: Rows,
  there: Rows,
  pending: ReadonlySet<string> = new Set(),
): string[] => {
  const [ours, theirs] = [byId(kept), byId(there)];
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .filter((id) => !pending.has(id) && !isDeepStrictEqual(ours.get(id), theirs.get(id)))
    .map(
      (id) => `${what} ${id}: ${JSON.stringify(ours.get(id))}, there is ${JSON.stringify(theirs.get(id))}`,
    );
};

/** Where how many instances are as large as what was asked is not what there are now. */
export const staleIn = (room: Room): string[] =>
  [...room.found.large].flatMap(([key, found]) => {
    const [environment, milliVcpus, memoryMiB, gpus] = key.split(' ').map(Number) as Four;
    const anew = { ...room, found: { ...room.found, large: new Map() } };
    const there = countLarge(anew, environment, { milliVcpus, memoryMiB, gpus });
    return there === found ? [] : [`${found} of ${key}, there are ${there}`];
  });

type Four = [number, number, number, number];

/** What is kept beside tasks and instances is what these would give anew. */
const falseWithin = (kept: Running): string[] => {
  const anew = nothingRuns(kept.ground);
  const all = <T extends { readonly id: string }>(rows: Iterable<T>) =>
    new Map(Array.from(rows, (row) => [row.id, row]));
  const changes = { follower: kept.follower, isAll: true, tasks: all(kept.tasks.values()) };
  change(anew, { ...changes, instances: all(kept.instances.values()) }, kept.ground, {
    hasLimit: ({ id }) => kept.limited.has(id),
    quickSpecs: kept.quickSpecs,
  });
  const numbers = ({ heldMilliVcpus, milliVcpus, homeless, room }: Running) => ({
    heldMilliVcpus,
    milliVcpus,
    homeless,
    used: [...room.used].filter(([, used]) => used !== 0).sort(),
    working: [...room.working!].filter(([, working]) => working !== 0).sort(),
  });
  const isSame = isDeepStrictEqual(numbers(kept), numbers(anew));
  return [
    ...differences('host', kept.room.hosts.values(), anew.room.hosts.values()),
    ...differences('room of', kept.room.instances.values(), anew.room.instances.values()),
    ...differences('loose', kept.room.loose!.values(), anew.room.loose!.values()),
    ...differences('in line', kept.behind.values(), anew.behind.values()),
    ...differences('to stop', kept.toStop.values(), anew.toStop.values()),
    ...differences('quick', kept.quick.values(), anew.quick.values()),
    ...differences('limited', kept.limited.values(), anew.limited.values()),
    ...differences('idle', kept.idle.values(), anew.idle.values()),
    ...differences('draining', kept.draining.values(), anew.draining.values()),
    ...staleIn(kept.room),
    ...(isSame ? [] : [`${JSON.stringify(numbers(kept))}, there is ${JSON.stringify(numbers(anew))}`]),
  ];
};
