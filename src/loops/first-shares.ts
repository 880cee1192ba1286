import type { Choice } from '../domain/group-choice.ts';
import { isSet } from '../store/schema.ts';
import type { First } from './kept-firsts.ts';

/** With fewer groups a plan knows all shapes anyway; of more kinds of jobs it knows some, in turn. */
const FEW_GROUPS = 16;
const MANY_LIKES = 64;

export const isMany = (shapes: number): boolean => shapes > FEW_GROUPS;

/** Shapes whose jobs ask for the same, and how many of these there are at the least. */
export interface Alike {
  readonly firsts: First[];
  jobs: number;
}

/** By what they ask for. */
export type Likes = ReadonlyMap<string, Alike>;

/** At the least. */
export const jobsOf = ({ shape }: First): number => (isSet(shape.has_more) ? 2 : 1);

/** Undefined where it is not worth it, and where there are too many kinds of jobs. */
export const likesOf = (firsts: readonly First[]): Likes | undefined => {
  if (!isMany(firsts.length)) return undefined;
  const likes = new Map<string, Alike>();
  for (const first of firsts) {
    const some = likes.get(first.like);
    if (some) {
      some.firsts.push(first);
      some.jobs += jobsOf(first);
    } else if (likes.size === MANY_LIKES) return undefined;
    else likes.set(first.like, { firsts: [first], jobs: jobsOf(first) });
  }
  return likes;
};

/**
 * The groups that a plan has to know: of jobs that ask for the same, those of the groups that come first, as many as may
 * start and one to be refused. Whoever comes behind asks for room that those did not get.
 */
export const firstGroups = (
  likes: Likes,
  choice: Choice,
  wanted: (first: First) => number,
): ReadonlySet<number> => {
  const groups = new Set<number>();
  for (const { firsts } of likes.values())
    for (const { head } of best(firsts, wanted(firsts[0]!), choice)) groups.add(head.group);
  return groups;
};

/** The first `count` by the choice, in one pass. */
const best = (some: readonly First[], count: number, choice: Choice): readonly First[] => {
  if (some.length <= count) return some;
  const found: Scored[] = [];
  for (const first of some) {
    const scored = { first, score: choice.scoreOf(first.head) };
    if (found.length === count && !isBefore(scored, found[count - 1]!)) continue;
    let at = found.length === count ? count - 1 : found.length;
    while (at > 0 && isBefore(scored, found[at - 1]!)) {
      found[at] = found[at - 1]!;
      at--;
    }
    found[at] = scored;
  }
  return found.map(({ first }) => first);
};

interface Scored {
  readonly first: First;
  readonly score: number;
}

/** As `compared`, each scored once. */
const isBefore = (a: Scored, b: Scored): boolean =>
  a.score < b.score || (a.score === b.score && a.first.head.seq < b.first.head.seq);
