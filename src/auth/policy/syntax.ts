import { operatorNamed } from './condition.ts';
import { hasRepeatedKeys } from './repeated-keys.ts';

/** A policy as it was written, whose members are of the right types (rules ). */
export interface Written {
  readonly Version?: string;
  readonly Statement: readonly WrittenStatement[];
}

export type Texts = string | readonly string[];
type Scalar = string | number | boolean;

export interface WrittenStatement {
  readonly Sid?: string;
  /** One of the two words, in any case. */
  readonly Effect: string;
  readonly Action?: Texts;
  readonly NotAction?: Texts;
  readonly Resource?: Texts;
  readonly NotResource?: Texts;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Scalar | readonly Scalar[]>>>>;
}

/** Undefined where the text is no policy; what it says may be wrong all the same. */
export const writtenPolicy = (text: string): Written | undefined => {
  const json = parsed(text);
  if (!isObject(json) || hasRepeatedKeys(text) || !hasOnly(json, TOP)) return undefined;
  const { Version, Id, Statement } = json;
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17') return undefined;
  if (Id !== undefined && typeof Id !== 'string') return undefined;
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  if (statements.length === 0 || !statements.every(isStatement)) return undefined;
  return { ...(Version !== undefined && { Version }), Statement: statements };
};

const TOP = ['Version', 'Id', 'Statement'];
const PAIRS = [
  ['Action', 'NotAction'],
  ['Resource', 'NotResource'],
  ['Principal', 'NotPrincipal'],
] as const;
const MEMBERS = ['Sid', 'Effect', 'Condition', ...PAIRS.flat()];

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasOnly = (object: object, names: readonly string[]): boolean =>
  Object.keys(object).every((name) => names.includes(name));

const isText = (value: unknown): value is string => typeof value === 'string';

const isStatement = (value: unknown): value is WrittenStatement => {
  if (!isObject(value) || !hasOnly(value, MEMBERS)) return false;
  const { Sid, Effect, Condition, Action, NotAction, Resource, NotResource } = value;
  return (
    (Sid === undefined || isText(Sid)) &&
    isText(Effect) &&
    ['allow', 'deny'].includes(Effect.toLowerCase()) &&
    PAIRS.every(([one, other]) => value[one] === undefined || value[other] === undefined) &&
    [Action, NotAction, Resource, NotResource].every((texts) => texts === undefined || isTexts(texts)) &&
    (Condition === undefined || isCondition(Condition))
  );
};

const isTexts = (value: unknown): boolean => isText(value) || (Array.isArray(value) && value.every(isText));

/** An operator that is unknown may stand there as long as it asks nothing. */
const isCondition = (value: unknown): boolean =>
  isObject(value) &&
  Object.entries(value).every(
    ([operator, keys]) =>
      isObject(keys) &&
      (operatorNamed(operator) !== undefined || Object.keys(keys).length === 0) &&
      Object.values(keys).every(
        (values) => isScalar(values) || (Array.isArray(values) && values.every(isScalar)),
      ),
  );

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
