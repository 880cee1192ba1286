import { type Context, valuesOf } from './context.ts';
import { OPERATORS, type Operator, type Test } from './operators.ts';

/** One key of one operator of a statement. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** An operator's name, taken apart: `ForAllValues:StringLikeIfExists`. */
type Named =
  | { readonly kind: 'null' }
  | {
      readonly kind: 'compares';
      readonly base: string;
      readonly operator: Operator;
      readonly set: 'all' | 'any' | 'none';
      readonly ifExists: boolean;
    };

const NAME = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

/** Undefined where there is no such operator; their names have case. */
export const operatorNamed = (name: string): Named | undefined => {
  if (name === 'Null') return { kind: 'null' };
  const [, set, base = '', ifExists] = NAME.exec(name) ?? [];
  const operator = OPERATORS.get(base);
  return (
    operator && {
      kind: 'compares',
      base,
      operator,
      set: set === undefined ? 'none' : set === 'ForAllValues' ? 'all' : 'any',
      ifExists: ifExists !== undefined,
    }
  );
};

export type Holds = (context: Context) => boolean;

/** Compiles a condition (rules ); an operator that is unknown throws, for documents with one are refused. */
export const conditionOf = ({ operator: name, key, values }: Condition, variables: boolean): Holds => {
  const named = operatorNamed(name);
  if (!named) throw new Error(`no operator ${name}`);
  const lower = key.toLowerCase();
  if (named.kind === 'null') return absence(lower, values);
  const { operator, set, ifExists } = named;
  const tests = values.map((value) => operator.compile(value, variables));
  const passes = passing(tests, operator.negated);
  return (context) => {
    const given = valuesOf(context, lower);
    // without a value: true of all, false of any, and else what the operator is
    if (given.length === 0) return ifExists || (set === 'none' ? operator.negated : set === 'all');
    const every = set === 'all' || (set === 'none' && operator.negated);
    const pass = (value: string) => passes(value, context);
    return every ? given.every(pass) : given.some(pass);
  };
};

const passing =
  (tests: readonly Test[], negated: boolean) =>
  (given: string, context: Context): boolean =>
    tests.some((test) => test(given, context)) !== negated;

/** Rule A-130. A key whose value is an empty text is there. */
const absence = (key: string, values: readonly string[]): Holds => {
  const wanted = values.map((value) => value.toLowerCase());
  return (context) => wanted.includes(String(valuesOf(context, key).length === 0));
};
