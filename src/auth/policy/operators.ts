import { rangeOf } from './addresses.ts';
import { arnLikeOf } from './arn-pattern.ts';
import type { Context } from './context.ts';
import { globOf, type Piece } from './glob.ts';
import { momentOf } from './moments.ts';
import { filled, hasVariables, partsOf, piecesOf } from './template.ts';

/** Whether a value of the request fits one of the policy's. */
export type Test = (given: string, context: Context) => boolean;
/** Of a value of the policy; `variables` says whether its version knows them. */
type Compile = (value: string, variables: boolean) => Test;

/** A negated operator holds where its opposite does not. */
export interface Operator {
  readonly negated: boolean;
  readonly compile: Compile;
}

/** Texts take variables; a value that has none fits nothing (rule A-124). */
const text =
  (wildcards: boolean, testOf: (pieces: readonly Piece[]) => (given: string) => boolean): Compile =>
  (value, variables) => {
    const parts = partsOf(value, { wildcards, variables });
    if (!hasVariables(parts)) return testOf(piecesOf(parts));
    return (given, context) => {
      const pieces = filled(parts, context);
      return pieces !== undefined && testOf(pieces)(given);
    };
  };

const textOf = (pieces: readonly Piece[]): string =>
  pieces.map((piece) => (typeof piece === 'string' ? '' : piece.text)).join('');

const equals = text(false, (pieces) => {
  const wanted = textOf(pieces);
  return (given) => given === wanted;
});
const equalsIgnoreCase = text(false, (pieces) => {
  const wanted = textOf(pieces).toLowerCase();
  return (given) => given.toLowerCase() === wanted;
});
const like = text(true, globOf);
const arn = text(true, arnLikeOf);

/** Of values that are read as something else first: what cannot be read fits nothing. */
const read =
  <T>(parse: (text: string) => T | undefined, fits: (given: T, wanted: T) => boolean): Compile =>
  (value) => {
    const wanted = parse(value);
    return (given) => {
      const parsed = wanted === undefined ? undefined : parse(given);
      return parsed !== undefined && fits(parsed, wanted!);
    };
  };

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const numberOf = (given: string): number | undefined => (DECIMAL.test(given) ? Number(given) : undefined);

const BOOLEAN = /^(true|false)$/i;
const booleanOf = (given: string): string | undefined =>
  BOOLEAN.test(given) ? given.toLowerCase() : undefined;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const bytesOf = (given: string): string | undefined =>
  BASE64.test(given) ? Buffer.from(given, 'base64').toString('hex') : undefined;

const same = <T>(given: T, wanted: T): boolean => given === wanted;

const plain = (compile: Compile): Operator => ({ negated: false, compile });
const negated = (compile: Compile): Operator => ({ negated: true, compile });

/** The six of numbers and of dates. */
const comparisons = (kind: string, parse: (text: string) => number | undefined): [string, Operator][] => [
  [`${kind}Equals`, plain(read(parse, same))],
  [`${kind}NotEquals`, negated(read(parse, same))],
  [`${kind}LessThan`, plain(read(parse, (given, wanted) => given < wanted))],
  [`${kind}LessThanEquals`, plain(read(parse, (given, wanted) => given <= wanted))],
  [`${kind}GreaterThan`, plain(read(parse, (given, wanted) => given > wanted))],
  [`${kind}GreaterThanEquals`, plain(read(parse, (given, wanted) => given >= wanted))],
];

/** All but Null, by name. Rules. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['StringEquals', plain(equals)],
  ['StringNotEquals', negated(equals)],
  ['StringEqualsIgnoreCase', plain(equalsIgnoreCase)],
  ['StringNotEqualsIgnoreCase', negated(equalsIgnoreCase)],
  ['StringLike', plain(like)],
  ['StringNotLike', negated(like)],
  ...comparisons('Numeric', numberOf),
  ...comparisons('Date', momentOf),
  ['Bool', plain(read(booleanOf, same))],
  ['BinaryEquals', plain(read(bytesOf, same))],
  ['IpAddress', plain(rangeOf)],
  ['NotIpAddress', negated(rangeOf)],
  ['ArnEquals', plain(arn)],
  ['ArnLike', plain(arn)],
  ['ArnNotEquals', negated(arn)],
  ['ArnNotLike', negated(arn)],
]);
