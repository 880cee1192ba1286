import { UsageError } from '../main/config.ts';

/* What flags hold, checked: each throws a `UsageError` of one line. */

/** Of a flag that may be given several times: all values, each split at commas. */
export const collect = (value: string, before: readonly string[] = []): string[] => [
  ...before,
  ...value.split(',').filter((part) => part !== ''),
];

/** The same without the commas. */
export const append = (value: string, before: readonly string[] = []): string[] => [...before, value];

export const whole = (flag: string, text: string, least: number, most = Number.POSITIVE_INFINITY): number => {
  const number = Number(text);
  if (text.trim() === '' || !Number.isInteger(number) || number < least || number > most) {
    const range = most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new UsageError(`${flag} takes a whole number ${range}, got '${text}'`);
  }
  return number;
};

const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** `90s`, `10m`, `2h`, `1d`, or seconds: in seconds. */
export const seconds = (flag: string, text: string): number => {
  const [, amount, unit = 's'] = /^(\d{1,9}(?:\.\d+)?)([smhd])?$/.exec(text) ?? [];
  if (amount === undefined)
    throw new UsageError(`${flag} takes a time such as 90s, 10m, 2h or 1d, got '${text}'`);
  return Number(amount) * UNITS[unit as keyof typeof UNITS];
};

/** `512`, `512MiB`, `1GiB`, `1.5GiB`: in MiB. */
export const mebibytes = (flag: string, text: string): number => {
  const [, amount, unit = 'MiB'] = /^(\d+(?:\.\d+)?)(MiB|GiB)?$/.exec(text) ?? [];
  const memory = Math.floor(Number(amount) * (unit === 'GiB' ? 1024 : 1));
  if (!(memory >= 4))
    throw new UsageError(`${flag} takes MiB, or 512MiB or 1GiB, of at least 4 MiB, got '${text}'`);
  return memory;
};

/** `K=V`. */
export const pair = (flag: string, text: string): [string, string] => {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`${flag} takes NAME=VALUE, got '${text}'`);
  return [text.slice(0, at), text.slice(at + 1)];
};

/** `K=V`, or `K` alone: this shell's value. The last of a name counts. */
export const variables = (given: readonly string[]): Map<string, string> => {
  const all = new Map<string, string>();
  for (const text of given) {
    if (text.includes('=')) all.set(...pair('--env', text));
    else if (process.env[text] !== undefined) all.set(text, process.env[text]);
    else throw new UsageError(`--env ${text}: this shell has no such variable`);
  }
  return all;
};

/** `17,88,100-120`: indices of children. */
export const indices = (flag: string, text: string): number[] =>
  text.split(',').flatMap((part) => {
    const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim()) ?? [];
    if (from === undefined || Number(to) < Number(from))
      throw new UsageError(`${flag} takes indices such as 17,88,100-120, got '${text}'`);
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, n) => Number(from) + n);
  });

const STATES = ['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED'];

/** The API's words, in any letters. */
export const states = (flag: string, given: readonly string[]): string[] =>
  given.map((text) => {
    const state = text.toUpperCase();
    if (!STATES.includes(state))
      throw new UsageError(`${flag} takes one of ${STATES.join(', ')}, got '${text}'`);
    return state;
  });

export const LIVING = STATES.slice(0, 5);
export const FINAL = STATES.slice(5);
