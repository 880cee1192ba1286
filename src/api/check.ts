import { EXACT } from './exact.ts';
import type { Model } from './model.ts';
import { RELAXED } from './relaxed.ts';

/** What is wrong with a request, before any operation has seen it. */
export interface Violation {
  /** `serialization`: the JSON is of the wrong type; `validation`: the type is right, the value is not. */
  readonly kind: 'serialization' | 'validation';
  readonly message: string;
}

/** A checked value: unknown members and those that are null are gone, where they are not refused (`EXACT`). */
export type Checked =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly violation: Violation };

/** Throws `Wrong` where the type is; what only the value is goes to `later`, for types come first (W-047). */
type Check = (value: unknown, path: string, later: Violation[]) => unknown;

interface Sized extends Model {
  readonly bits: 32 | 64;
}

class WrongType extends Error {}

/**
 * Builds the check of a model's structures: types and their ranges (rules W-009 to W-012, W-044), required members
 * and enumerations (J-276). `bits`: the size of the model's integers, which its schemas do not tell apart. What each member may hold beyond that is in `constraints` and in the operations.
 */
export const checkerOf = (model: Model, bits: 32 | 64 = 32): ((shape: string, value: unknown) => Checked) => {
  const built = new Map<string, Check>();
  return (shape, value) => {
    const later: Violation[] = [];
    try {
      const checked = structure({ ...model, bits }, built, shape)(value ?? {}, '', later);
      return later[0] ? { ok: false, violation: later[0] } : { ok: true, value: checked };
    } catch (error) {
      if (!(error instanceof WrongType)) throw error;
      return { ok: false, violation: { kind: 'serialization', message: error.message } };
    }
  };
};

const structure = (model: Sized, built: Map<string, Check>, name: string): Check => {
  const known = built.get(name);
  if (known) return known;
  const members = new Map<string, { check: Check; required: boolean }>();
  const check: Check = (value, path, later) => {
    const given = object(value, 'Expected null');
    if (EXACT.has(name)) checkNames([...members.keys()], given, later);
    return checkMembers(members, given, path, later);
  };
  built.set(name, check);
  for (const [member, spelled] of Object.entries(model.shapes[name] ?? {})) {
    const relaxed = RELAXED.has(`${name}.${member}`);
    const type = spelled.endsWith('!') ? spelled.slice(0, -1) : spelled;
    members.set(member, {
      check: checkOf(model, built, relaxed ? type.replace(/^(\[?)e\w+$/, '$1s') : type),
      required: spelled.endsWith('!') && !relaxed,
    });
  }
  return check;
};

const checkNames = (members: readonly string[], given: Record<string, unknown>, later: Violation[]): void => {
  for (const [name, value] of Object.entries(given))
    if (!members.includes(name))
      later.push(violation('Value', name, `Member must be one of [${members.join(', ')}]`));
    else if (value === null) later.push(invalid('null', name, 'Member must not be null'));
};

const checkMembers = (
  members: ReadonlyMap<string, { check: Check; required: boolean }>,
  given: Record<string, unknown>,
  path: string,
  later: Violation[],
): unknown => {
  const out: Record<string, unknown> = {};
  for (const [member, { check, required }] of members) {
    const value = Object.hasOwn(given, member) ? given[member] : undefined;
    const at = path === '' ? member : `${path}.${member}`;
    if (value !== undefined && value !== null) out[member] = check(value, at, later);
    else if (required) later.push(invalid('null', at, 'Member must not be null'));
  }
  return out;
};

const checkOf = (model: Sized, built: Map<string, Check>, type: string): Check => {
  switch (type[0]) {
    case '[':
      return listOf(checkOf(model, built, type.slice(1)));
    case '{':
      return mapOf(checkOf(model, built, type.slice(1)));
    case '@':
      return (value, path, later) => structure(model, built, type.slice(1))(value, path, later);
    case 'e':
      return oneOf(model.enums[type.slice(1)] ?? []);
    case 'i':
      return model.bits === 32 ? integer : long;
    case 'l':
      return long;
    case 'f':
      return float;
    case 'b':
      return boolean;
    case 't':
    case 'j':
    case 'x':
      return (value) => value;
    default:
      return string;
  }
};

/** What is null in a list or a map is not dropped: a list of it alone would be an empty one, which mostly means all. */
const listOf =
  (item: Check): Check =>
  (value, path, later) => {
    if (!Array.isArray(value)) {
      throw wrongType(
        isObject(value) ? 'Start of structure or map found where not expected.' : 'Expected list or null',
      );
    }
    return value.map((entry, at) => item(entry, `${path}[${at}]`, later));
  };

const mapOf =
  (item: Check): Check =>
  (value, path, later) => {
    const given = object(value, 'Expected map or null');
    return Object.fromEntries(
      Object.entries(given).map(([key, entry]) => [key, item(entry, `${path}.${key}`, later)]),
    );
  };

const oneOf =
  (values: readonly string[]): Check =>
  (value, path, later) => {
    const word = string(value, path, later) as string;
    if (!values.includes(word)) {
      later.push(invalid(`'${word}'`, path, `Member must satisfy enum value set: [${values.join(', ')}]`));
    }
    return word;
  };

const string: Check = (value) => {
  if (typeof value === 'string') return value;
  throw scalarType(value, 'a String');
};

const boolean: Check = (value) => {
  if (typeof value === 'boolean') return value;
  throw scalarType(value, 'a Boolean');
};

const integer: Check = (value, path) => {
  if (typeof value !== 'number') throw scalarType(value, 'an Integer');
  if (Number.isInteger(value) && Math.abs(value) <= 2 ** 31 && value !== 2 ** 31) return value;
  throw wrongType(`${value} at '${path}' can not be converted to an Integer of 32 bits`);
};

const long: Check = (value, path) => {
  if (typeof value !== 'number') throw scalarType(value, 'a Long');
  if (Number.isSafeInteger(value)) return value;
  throw wrongType(`${value} at '${path}' can not be converted to a Long`);
};

const float: Check = (value) => {
  if (typeof value === 'number') return value;
  throw scalarType(value, 'a Float');
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const object = (value: unknown, expected: string): Record<string, unknown> => {
  if (isObject(value)) return value;
  throw wrongType(Array.isArray(value) ? 'Start of list found where not expected' : expected);
};

const scalarType = (value: unknown, wanted: string): WrongType => {
  if (Array.isArray(value)) return wrongType('Start of list found where not expected');
  if (isObject(value)) return wrongType('Start of structure or map found where not expected.');
  const found = typeof value === 'boolean' ? (value ? 'TRUE_VALUE' : 'FALSE_VALUE') : tokenOf(value);
  return wrongType(`${found} can not be converted to ${wanted}`);
};

const tokenOf = (value: unknown): string =>
  value === null ? 'NULL_VALUE' : typeof value === 'number' ? 'NUMBER_VALUE' : 'STRING_VALUE';

const wrongType = (message: string): WrongType => new WrongType(message);

const invalid = (sent: string, path: string, constraint: string): Violation =>
  violation(`Value ${sent}`, path, constraint);

const violation = (what: string, path: string, constraint: string): Violation => ({
  kind: 'validation',
  message: `1 validation error detected: ${what} at '${path}' failed to satisfy constraint: ${constraint}`,
});
