import type { Resources } from '../domain/container.ts';
import { takes } from '../domain/host.ts';
import { isWithin, NOTHING, plus } from './amounts.ts';
import { holdOf, type Idle, isIdle, looseIn, type Room } from './room.ts';
import type { EnvironmentView } from './snapshot.ts';

/* What is found once in a room and holds until it changes, so that a full host costs nothing to ask again. */

type Asked = Pick<EnvironmentView, 'seq' | 'only'>;

/** So many are compared with in an environment; more than that are seldom smaller than none of the others. */
const MOST_TOO_MUCH = 8;

/** Nobody finds more room than this by ending instances: found once for all who ask while nothing changes. */
export const idleIn = (room: Room): Idle => {
  room.found.idle ??= findIdle(room);
  return room.found.idle;
};

const findIdle = (room: Room): Idle => {
  const holds = new Map<string, Resources>();
  const milliVcpus = new Map<number, number>();
  for (const instance of looseIn(room)) {
    if (!isIdle(instance)) continue;
    const { environment, host, size } = instance;
    holds.set(host, plus(holds.get(host) ?? NOTHING, holdOf(room, instance)));
    milliVcpus.set(environment, (milliVcpus.get(environment) ?? 0) + size.milliVcpus);
  }
  return { holds, milliVcpus, ...mostOf(room, holds) };
};

const mostOf = ({ hosts }: Room, holds: Idle['holds']): Pick<Idle, 'ceiling' | 'needlessVcpus'> => {
  const ceiling = { ...NOTHING };
  let needlessVcpus = Number.POSITIVE_INFINITY;
  for (const host of hosts.values()) {
    if (!host.open) continue;
    const held = holds.size > 0 ? holds.get(host.id) : undefined;
    const free = held ? plus(host.free, held) : host.free;
    ceiling.milliVcpus = Math.max(ceiling.milliVcpus, free.milliVcpus);
    ceiling.memoryMiB = Math.max(ceiling.memoryMiB, free.memoryMiB);
    ceiling.gpus = Math.max(ceiling.gpus, free.gpus);
    if (host.cpuIsWeight) needlessVcpus = Math.min(needlessVcpus, takes(ALL, host).milliVcpus);
  }
  return { ceiling, needlessVcpus };
};

const ALL: Resources = { ...NOTHING, milliVcpus: Number.POSITIVE_INFINITY };

/** Whether a task that asks for no more of anything found no room there, and nothing has become free since. */
export const isTooMuch = ({ found: { tooMuch } }: Room, { seq, only }: Asked, asks: Resources): boolean =>
  only === undefined && (tooMuch.get(seq)?.some((less) => isWithin(less, asks)) ?? false);

/** Notes that a task found no room; where one host alone was asked the others may have it. */
export const noteTooMuch = ({ found: { tooMuch } }: Room, { seq, only }: Asked, asks: Resources): void => {
  if (only !== undefined) return;
  const others = (tooMuch.get(seq) ?? []).filter((more) => !isWithin(asks, more));
  tooMuch.set(seq, [...others, asks].slice(-MOST_TOO_MUCH));
};
