import { type ParserOptions, parse } from '@babel/parser';
import { type Node, traverseFast } from '@babel/types';
import type { Source } from '../../test/tidy/sources.ts';
import { type Edit, editsAt, isLog } from './operators.ts';
import { shuffled } from './random.ts';

/** A file with one change made. */
export interface Mutant {
  readonly path: string;
  readonly line: number;
  /** What was done, and the line before and after. */
  readonly what: string;
  readonly before: string;
  readonly after: string;
  /** The whole file, changed. */
  readonly text: string;
}

const TYPES_ONLY = /^(TS(?!AsExpression|SatisfiesExpression|NonNullExpression)|ImportDeclaration|ExportAll)/;

const PARSER: ParserOptions = {
  sourceType: 'module',
  plugins: ['typescript'],
  createParenthesizedExpressions: true,
};

/** Every mutant of a file, in the order of the text. Types, imports, comments and log lines are left alone. */
export const mutantsOf = ({ path, text }: Source): Mutant[] => {
  const edits: Edit[] = [];
  traverseFast(parse(text, PARSER), (node: Node) => {
    if (TYPES_ONLY.test(node.type) || isLog(node, text)) return traverseFast.skip;
    edits.push(...editsAt(node, text));
  });
  return edits.map((edit) => mutant(path, text, edit));
};

const mutant = (path: string, text: string, { what, start, end, to }: Edit): Mutant => {
  const changed = text.slice(0, start) + to + text.slice(end);
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = (of: string, at: number): number =>
    (of.indexOf('\n', at) + of.length + 1) % (of.length + 1);
  return {
    path,
    line: text.slice(0, start).split('\n').length,
    what,
    before: oneLine(text.slice(from, lineEnd(text, end))),
    after: oneLine(changed.slice(from, lineEnd(changed, start + to.length))),
    text: changed,
  };
};

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** `max` of them by chance, one of each file in turn, so that small files have their share. */
export const draw = (files: readonly (readonly Mutant[])[], max: number, random: () => number): Mutant[] => {
  const piles = files.map((mutants) => shuffled(mutants, random));
  const deepest = Math.max(0, ...piles.map((pile) => pile.length));
  const drawn: Mutant[] = [];
  for (let round = 0; round < deepest; round++) {
    drawn.push(
      ...shuffled(
        piles.flatMap((pile) => pile[round] ?? []),
        random,
      ),
    );
  }
  return drawn.slice(0, max);
};
