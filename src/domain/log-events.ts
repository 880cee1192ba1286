import { type LinePattern, linePattern } from '../lib/line-pattern.ts';
import type { ContainerSpec } from './container.ts';

type LogConfiguration = ContainerSpec['logConfiguration'];

const PATTERN_OPTION = 'awslogs-multiline-pattern';
const FORMAT_OPTION = 'awslogs-datetime-format';

/** What Docker's awslogs driver makes of each code, its commas within brackets too. */
const CODES: Readonly<Record<string, string>> = {
  a: '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)',
  A: '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)',
  w: '[0-6]',
  d: '(?:0[1-9]|[1,2][0-9]|3[0,1])',
  b: '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)',
  B: '(?:January|February|March|April|May|June|July|August|September|October|November|December)',
  m: '(?:0[1-9]|1[0-2])',
  Y: '\\d{4}',
  y: '\\d{2}',
  H: '(?:[0,1][0-9]|2[0-3])',
  I: '(?:0[0-9]|1[0-2])',
  p: '[A,P]M',
  M: '[0-5][0-9]',
  S: '[0-5][0-9]',
  f: '\\d{6}',
  z: '[+-]\\d{4}',
  Z: '[A-Z]{1,4}T',
  j: '(?:0[0-9][1-9]|[1,2][0-9][0-9]|3[0-5][0-9]|36[0-6])',
  L: '\\.\\d{3}',
};

/** The rest of a format is a pattern already; a code that the driver does not know is nothing. */
const patternOfFormat = (format: string): string =>
  format.replace(/%(.)/gu, (_, code: string) => (Object.hasOwn(CODES, code) ? CODES[code]! : ''));

/** Of an option in a reason, which has 255 characters. */
const SHOWN_CHARACTERS = 60;

/** Which lines begin an event: undefined where each does. */
type Choice = { readonly begins: LinePattern | undefined } | { readonly fault: string };

const choose = (configuration: LogConfiguration): Choice => {
  const { logDriver = 'awslogs', options = {} } = configuration ?? {};
  if (logDriver !== 'awslogs') return { begins: undefined };
  const { [PATTERN_OPTION]: pattern, [FORMAT_OPTION]: format } = options;
  if (pattern !== undefined && format !== undefined) {
    return {
      fault: `you cannot configure log opt '${FORMAT_OPTION}' and '${PATTERN_OPTION}' at the same time`,
    };
  }
  const [option, given] = pattern === undefined ? [FORMAT_OPTION, format] : [PATTERN_OPTION, pattern];
  const text = given && option === FORMAT_OPTION ? patternOfFormat(given) : given;
  if (!text) return { begins: undefined };
  const begins = linePattern(text);
  return typeof begins === 'function'
    ? { begins }
    : { fault: `${option} '${given!.slice(0, SHOWN_CHARACTERS)}' is no pattern: ${begins.fault}` };
};

/** Specs stay as they are, and reading a log asks again and again. */
const known = new WeakMap<object, Choice>();

const choiceOf = (configuration: LogConfiguration): Choice => {
  if (!configuration) return { begins: undefined };
  const choice = known.get(configuration) ?? choose(configuration);
  known.set(configuration, choice);
  return choice;
};

/** Why lines cannot be joined as the options of the awslogs driver say, in words; undefined when they can. */
export const faultOfEvents = (configuration: LogConfiguration): string | undefined => {
  const choice = choiceOf(configuration);
  return 'fault' in choice ? choice.fault : undefined;
};

/**
 * Whether a line of the output begins an event, as `awslogs-multiline-pattern` or `awslogs-datetime-format` say; the others
 * belong to the event before them (docs/decisions/events-of-several-lines.md). Undefined where every line is an event: no option, an empty one, or one that is no pattern.
 */
export const beginsEvent = (configuration: LogConfiguration): LinePattern | undefined => {
  const choice = choiceOf(configuration);
  return 'fault' in choice ? undefined : choice.begins;
};
