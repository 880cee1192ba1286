import type { Choice } from '../domain/group-choice.ts';
import { isSet } from '../store/schema.ts';
import type { First } from './kept-firsts.ts';

/** With fewer groups a plan knows all shapes anyway; of more kinds of jobs it knows some, in turn. */
const FEW_GROUPS = 16;
const MANY_KINDS = 64;

export const isMany = (shapes: number): boolean => shapes > FEW_GROUPS;

/** Whether jobs ask for so many different things that one says little of another. */
export const areTooMany = (kinds: number): boolean => kinds > MANY_KINDS;

/** Shapes whose jobs ask for the same. */
export interface Kind {
  /** How many jobs of them there are at the least. */
  readonly jobs: number;
  /** Those that come first by the choice, as many as were wanted. */
  readonly best: readonly First[];
}

/** At the least. */
export const jobsOf = ({ shape }: First): number => (isSet(shape.has_more) ? 2 : 1);

interface Finding extends Kind {
  jobs: number;
  readonly best: First[];
  /** Of those, in the same order. */
  readonly scores: number[];
  readonly wanted: number;
}

/**
 * What a plan has to know, by what jobs ask for: of those that ask for the same, the groups that come first, as many as may
 * start and one to be refused. Whoever comes behind asks for room that those did not get. In one pass, for there are hundreds.
 */
export const kindsOf = (
  firsts: Iterable<First>,
  choice: Choice,
  wanted: (first: First) => number,
): ReadonlyMap<string, Kind> => {
  const kinds = new Map<string, Finding>();
  let kind: Finding | undefined;
  let like = '';
  for (const first of firsts) {
    // most of them ask for what the one before does
    if (!kind || first.like !== like) {
      like = first.like;
      kind = kinds.get(like) ?? { jobs: 0, best: [], scores: [], wanted: wanted(first) };
      kinds.set(like, kind);
    }
    kind.jobs += jobsOf(first);
    putIn(kind, first, choice.scoreOf(first.head));
  }
  return kinds;
};

/** Among the best, if it is one of them. */
const putIn = ({ best, scores, wanted }: Finding, first: First, score: number): void => {
  let at = best.length;
  while (at > 0 && isBefore(first, score, best[at - 1]!, scores[at - 1]!)) at--;
  if (at === wanted) return;
  best.splice(at, 0, first);
  scores.splice(at, 0, score);
  best.length = scores.length = Math.min(best.length, wanted);
};

/** As `compared`. */
const isBefore = (a: First, score: number, b: First, other: number): boolean =>
  score < other || (score === other && a.head.seq < b.head.seq);
