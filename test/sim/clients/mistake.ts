import type { Random } from '../random.ts';

// biome-ignore lint/suspicious/noExplicitAny: spoils the wire's own shapes on purpose
export type Any = any;

/** One way to be wrong: what it makes of a right request, and the text that answers it. */
export interface Mistake {
  readonly text: RegExp;
  readonly spoil: (input: Any, r: Random) => Any;
}

export const set =
  (member: string, ...values: unknown[]) =>
  (input: Any, r: Random): Any => ({ ...input, [member]: r.pick(values) });
export const without = (member: string) => (input: Any) => {
  const { [member]: _gone, ...rest } = input;
  return rest;
};
export const inside =
  (outer: string, change: (inner: Any, r: Random) => Any) =>
  (input: Any, r: Random): Any => ({ ...input, [outer]: change(input[outer] ?? {}, r) });
export const wrong = (text: RegExp, spoil: Mistake['spoil']): Mistake => ({ text, spoil });

export const LONG = 'x'.repeat(129);
export const NULL = /Member must not be null/;
export const TYPE = /can not be converted|Expected|not expected/;
export const many = <T>(n: number, make: (at: number) => T): T[] =>
  Array.from({ length: n }, (_, at) => make(at));
export const uuid = '00000000-0000-4000-8000-00000000dead';
