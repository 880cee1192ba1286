/** What stands where something was that is nobody's business. */
export const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** Of members with these names every value is hidden; names stay. */
const VALUES = new Set(['environment', 'env', 'parameters', 'secrets', 'secretoptions', 'options']);
const WORDS = new Set(['command', 'entrypoint', 'args']);
/** Of a name and its value, what is the value. */
const IS_VALUE = new Set(['value', 'valuefrom']);
/** Members that are secrets by themselves, whatever they are of. */
const IS_SECRET = /secret|token|password|passphrase|privatekey|authorization/;
/** It is who a token speaks of, and no part of it. */
const IS_NONE = 'subjectfromwebidentitytoken';

/**
 * What a request or an answer says, as a record keeps it (rule A-190): without secrets, tokens, the values of environments,
 * parameters and options of log drivers, and the words of commands. `camel`: names begin with a small letter, as CloudTrail has those of query services.
 */
export const withoutSecrets = (value: unknown, camel = false): unknown => {
  if (Array.isArray(value)) return value.map((one) => withoutSecrets(one, camel));
  if (typeof value !== 'object' || value === null) return value;
  const shown: Record<string, unknown> = {};
  for (const name in value)
    shown[camel ? name.charAt(0).toLowerCase() + name.slice(1) : name] = member(
      name.toLowerCase(),
      (value as Record<string, unknown>)[name],
      camel,
    );
  return shown;
};

const member = (name: string, value: unknown, camel: boolean): unknown => {
  if (WORDS.has(name)) return hidden(value);
  if (VALUES.has(name)) return named(value);
  return IS_SECRET.test(name) && name !== IS_NONE ? HIDDEN : withoutSecrets(value, camel);
};

const hidden = (value: unknown): unknown => (Array.isArray(value) ? value.map(() => HIDDEN) : HIDDEN);

/** A map of values, or a list of names with theirs. */
const named = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(entry);
  if (typeof value !== 'object' || value === null) return HIDDEN;
  return Object.fromEntries(Object.keys(value).map((name) => [name, HIDDEN]));
};

const entry = (one: unknown): unknown =>
  typeof one !== 'object' || one === null
    ? HIDDEN
    : Object.fromEntries(
        Object.entries(one).map(([name, value]) => [
          name,
          IS_VALUE.has(name.toLowerCase()) || typeof value !== 'string' ? HIDDEN : value,
        ]),
      );
