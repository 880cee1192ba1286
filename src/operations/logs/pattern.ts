/** Whether a message is let through. */
export type Matches = (message: string) => boolean;

/**
 * A filter pattern of CloudWatch Logs (rule W-100): terms that must all occur, `"phrases"`, `-excluded`, `?one ?of`,
 * or `{ $.member = value }` for messages that are JSON. A text that is no pattern, or one of a kind that is not here, gives
 * the fault in words.
 */
export const parsePattern = (pattern: string): Matches | string => {
  const trimmed = pattern.trim();
  if (trimmed === '') return () => true;
  if (trimmed.startsWith('[')) return notHere(trimmed, 'patterns of columns, [a, b], are');
  return trimmed.startsWith('{') ? parseJson(trimmed) : parseTerms(trimmed);
};

/** Matching such a pattern as plain text would find nothing, and say nothing of it. */
const notHere = (text: string, what: string): string =>
  `Invalid filter pattern: '${text}': ${what} not supported by Longshore`;

/** What is wrong with a term, or a value, that stands without quotation marks. */
const faultOfBare = (text: string): string | undefined => {
  if (text.startsWith('%')) return notHere(text, 'regular expressions, %…%, are');
  return text.includes('"')
    ? `Invalid filter pattern: '${text}' has a quotation mark that is not closed, or not at its beginning`
    : undefined;
};

const parseTerms = (pattern: string): Matches | string => {
  const all: string[] = [];
  const none: string[] = [];
  const any: string[] = [];
  for (const [, sign, phrase, word] of pattern.matchAll(/([-?]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)) {
    const fault = word === undefined ? undefined : faultOfBare(word);
    if (fault !== undefined) return fault;
    const text = (phrase ?? word ?? '').replace(/\\(.)/g, '$1');
    (sign === '-' ? none : sign === '?' ? any : all).push(text);
  }
  return (message) =>
    all.every((term) => message.includes(term)) &&
    !none.some((term) => message.includes(term)) &&
    (any.length === 0 || any.some((term) => message.includes(term)));
};

const CONDITION = /^\$\.([\w.[\]]+)\s*(=|!=|<=|>=|<|>)\s*(?:"((?:[^"\\]|\\.)*)"|(\S+))$/;

/** Conditions joined by `&&` and `||`, the first binding closer. */
const parseJson = (pattern: string): Matches | string => {
  if (!pattern.endsWith('}')) return `Invalid filter pattern: '${pattern}' has no closing brace`;
  const either: ((value: unknown) => boolean)[][] = [];
  for (const alternative of pattern.slice(1, -1).split('||')) {
    const conditions = [];
    for (const text of alternative.split('&&')) {
      const condition = parseCondition(
        text
          .trim()
          .replace(/^\((.*)\)$/, '$1')
          .trim(),
      );
      if (typeof condition === 'string') return condition;
      conditions.push(condition);
    }
    either.push(conditions);
  }
  return (message) => {
    const value = parsed(message);
    return (
      value !== undefined && either.some((conditions) => conditions.every((condition) => condition(value)))
    );
  };
};

const parseCondition = (text: string): ((value: unknown) => boolean) | string => {
  const found = CONDITION.exec(text);
  if (!found) return `Invalid filter pattern: '${text}' is no condition such as $.member = "value"`;
  const [, path = '', operator = '', quoted, bare] = found;
  const fault = bare === undefined ? undefined : faultOfBare(bare);
  if (fault !== undefined) return fault;
  const wanted = quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '';
  if (/\*(?=.)/.test(wanted)) return notHere(wanted, 'a * elsewhere than at the end of a value is');
  return (value) => compare(memberAt(value, path), operator, wanted, quoted === undefined);
};

const parsed = (message: string): unknown => {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
};

const memberAt = (value: unknown, path: string): unknown =>
  path
    .split(/[.[\]]/)
    .filter(Boolean)
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], value);

const compare = (found: unknown, operator: string, wanted: string, numeric: boolean): boolean => {
  const equal = () => {
    const text = String(found);
    return wanted.endsWith('*') ? text.startsWith(wanted.slice(0, -1)) : text === wanted;
  };
  if (operator === '=') return found !== undefined && equal();
  if (operator === '!=') return found === undefined || !equal();
  if (!numeric || typeof found !== 'number') return false;
  const number = Number(wanted);
  if (operator === '<') return found < number;
  if (operator === '>') return found > number;
  return operator === '<=' ? found <= number : found >= number;
};
