import type { Context } from './context.ts';
import { type Glob, globOf, type Piece, standsAt } from './glob.ts';
import { filled, hasVariables, type Part, partsOf, piecesOf } from './template.ts';

/** What is asked about, taken apart once. `parts` is absent where it is no whole ARN, as `*` is not. */
export interface Resource {
  readonly text: string;
  readonly parts?: readonly string[];
}

const PARTS = 6;

export const resourceOf = (text: string): Resource => {
  const parts = splitArn(text);
  return parts.length === PARTS ? { text, parts } : { text };
};

/** At the first five colons: the sixth part keeps its own. */
export const splitArn = (text: string): string[] => {
  const parts: string[] = [];
  let from = 0;
  while (parts.length < PARTS - 1) {
    const colon = text.indexOf(':', from);
    if (colon < 0) break;
    parts.push(text.slice(from, colon));
    from = colon + 1;
  }
  return [...parts, text.slice(from)];
};

/** An entry of Resource or NotResource. */
export interface ResourcePattern {
  /** Whether it has variables. */
  readonly needsContext: boolean;
  /** What a variable without a value names is nothing. */
  readonly fits: (resource: Resource, context: Context) => boolean;
  /** Whether all of its variables have values. */
  readonly known: (context: Context) => boolean;
}

const always = (): boolean => true;

/**
 * Compiles an entry (rules ): `*` covers everything; of other patterns each part is compared by itself,
 * and those that miss at the end are `*`. Most that do not fit differ in what stands before the first wildcard.
 */
export const resourcePatternOf = (pattern: string, variables: boolean): ResourcePattern => {
  if (pattern === '*') return { needsContext: false, fits: always, known: always };
  const texts = splitArn(pattern);
  const last = partsOf(texts[PARTS - 1] ?? '*', { wildcards: true, variables });
  const headFits = headMatchOf(texts.slice(0, PARTS - 1));
  const [start = ''] = pattern.split(/[*?$]/, 1);
  const dynamic = hasVariables(last);
  const tailFits = dynamic
    ? (text: string, context: Context) => fitsFilled(last, text, context)
    : globOf(piecesOf(last));
  return {
    needsContext: dynamic,
    fits: ({ text, parts }, context) =>
      parts !== undefined &&
      standsAt(text, start, 0) &&
      tailFits(parts[PARTS - 1]!, context) &&
      headFits(parts),
    known: dynamic ? (context) => filled(last, context) !== undefined : always,
  };
};

const fitsFilled = (parts: readonly Part[], text: string, context: Context): boolean => {
  const pieces = filled(parts, context);
  return pieces !== undefined && globOf(pieces)(text);
};

/** Of the first five parts: those that may be anything are not looked at. */
const headMatchOf = (texts: readonly string[]): ((parts: readonly string[]) => boolean) => {
  const globs = texts.flatMap((text, n): [number, Glob][] =>
    text === '*' ? [] : [[n, globOf(piecesOf(partsOf(text, { wildcards: true, variables: false })))]],
  );
  return (parts) => globs.every(([n, glob]) => glob(parts[n]!));
};

/** Compiles a pattern for ARNs (rule A-137): what has fewer than six parts, on either side, is like nothing. */
export const arnLikeOf = (pattern: readonly Piece[]): Glob => {
  const globs = splitPieces(pattern).map(globOf);
  if (globs.length < PARTS) return () => false;
  return (given) => {
    const parts = splitArn(given);
    return parts.length === PARTS && globs.every((glob, n) => glob(parts[n]!));
  };
};

/** As `splitArn`, of a pattern: colons in values count as well. */
const splitPieces = (pieces: readonly Piece[]): Piece[][] => {
  const split: Piece[][] = [[]];
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      split.at(-1)!.push(piece);
      continue;
    }
    const left = PARTS - split.length;
    const texts = piece.text.split(':');
    const whole = [...texts.slice(0, left), ...(texts.length > left ? [texts.slice(left).join(':')] : [])];
    whole.forEach((text, n) => {
      if (n > 0) split.push([]);
      split.at(-1)!.push({ text });
    });
  }
  return split;
};
