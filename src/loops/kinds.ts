import { namedShapes, nextShapes, type WaitingShape, waitingShapes } from '../store/runnable.ts';
import { isSet } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';
import type { Look } from '../why/last-plan.ts';
import type { Share } from './share.ts';

/** What is remembered of a queue's kinds from plan to plan: bounded by what one plan knows. */
export interface KnownKinds extends Look {
  /** Ids of the oldest. */
  readonly oldest: readonly number[];
  /** Ids by the seq of the first job. */
  readonly byFirst: ReadonlyMap<number, number>;
  /** So many plans ago all kinds were looked for. */
  readonly age: number;
  /** How many waited of those that have been counted since then. */
  readonly counts: ReadonlyMap<number, number>;
}

/** A kind as one plan knows it. */
export interface FoundKind extends WaitingShape {
  /** One of those that other plans do not know: no more is read of it than its first job. */
  readonly inTurn: boolean;
}

interface Found {
  /** In the order of the first job of each. */
  readonly kinds: readonly FoundKind[];
  readonly known: KnownKinds;
}

/** To look for all kinds takes longer the more there are, so of a queue with many it is done once in so many plans. */
const WHOLE_LOOK_EACH = 32;

/**
 * The kinds of a queue's jobs that a plan knows: the oldest, the one that room is kept for (`reserved`: its job), and
 * some others in turn. Which are the oldest changes when one of them has no more jobs, or an older job becomes RUNNABLE
 * later: the first is seen at once, the other when its kind has its turn, or at the next look at all.
 */
export const kindsOf = async (
  tx: Tx,
  queue: number,
  before: KnownKinds | undefined,
  reserved: number,
  share: Share,
): Promise<Found> => {
  const remembered =
    before && isCrowded(before.kinds, share) && before.age + 1 < WHOLE_LOOK_EACH
      ? await lookAgain(tx, queue, before, reserved, share)
      : undefined;
  return remembered ?? lookAtAll(tx, queue, before?.upTo ?? 0, reserved, share);
};

/** One plan does not know all. */
const isCrowded = (kinds: number, share: Share): boolean => kinds > share.oldest + share.inTurn;

const lookAtAll = async (
  tx: Tx,
  queue: number,
  after: number,
  reserved: number,
  share: Share,
): Promise<Found> => {
  const found = await waitingShapes(tx, queue, { ...share, after, reserved });
  const inTurn = found.filter((kind) => isSet(kind.in_turn)).map(idOf);
  const begunAnew = inTurn.filter((id) => id <= after);
  const upTo = Math.max(0, ...(begunAnew.length > 0 ? begunAnew : inTurn));
  const oldest = found.filter((kind) => !isSet(kind.in_turn));
  const all = found[0]?.shapes ?? 0;
  const kinds = found.map((kind) => ({ ...kind, inTurn: isSet(kind.in_turn) && isCrowded(all, share) }));
  return { kinds, known: knownOf({ kinds, oldest, upTo, all, age: 0, counts: new Map() }, share) };
};

/** Undefined when too few of the oldest are left. */
const lookAgain = async (
  tx: Tx,
  queue: number,
  before: KnownKinds,
  reserved: number,
  share: Share,
): Promise<Found | undefined> => {
  const keptFor = before.byFirst.get(reserved);
  const ids = [...new Set([...before.oldest, ...(keptFor === undefined ? [] : [keptFor])])];
  const named = await namedShapes(tx, queue, ids);
  if (named.length < share.oldest / 2) return undefined;
  const next = await nextShapes(tx, queue, before.upTo, ids, share.inTurn);
  const lacking = share.inTurn - next.length;
  const anew = lacking > 0 ? await nextShapes(tx, queue, 0, [...ids, ...next.map(idOf)], lacking) : [];
  const last = named.at(-1)!.rank;
  const kinds = inOrder([
    ...named.map((kind) => ({ ...kind, inTurn: false })),
    ...[...next, ...anew].map((kind) => ({ ...kind, inTurn: true })),
  ]);
  const oldest = kinds.filter((kind) => kind.rank <= last);
  const upTo = (anew.at(-1) ?? next.at(-1))?.id ?? 0;
  const { kinds: all, age, counts } = before;
  return { kinds, known: knownOf({ kinds, oldest, upTo, all, age: age + 1, counts }, share) };
};

const idOf = ({ id }: WaitingShape): number => id;

const inOrder = (kinds: readonly FoundKind[]): FoundKind[] => [...kinds].sort((a, b) => a.rank - b.rank);

interface Looked extends Pick<KnownKinds, 'upTo' | 'age' | 'counts'> {
  readonly kinds: readonly WaitingShape[];
  readonly oldest: readonly WaitingShape[];
  readonly all: number;
}

const knownOf = ({ kinds, oldest, upTo, all, age, counts }: Looked, share: Share): KnownKinds => ({
  kinds: all,
  upTo,
  plans: Math.max(1, Math.ceil((all - share.oldest) / share.inTurn)),
  oldest: oldest.slice(0, share.oldest).map(idOf),
  byFirst: new Map(kinds.map(({ first, id }) => [first, id])),
  age,
  counts,
});
