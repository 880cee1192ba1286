import { brokenPart, GROUP_NAME, STREAM_NAME, type TextRule } from '../../domain/log-names.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { invalid } from './streams.ts';

/** Prefixes and patterns that are empty select nothing, and count as absent. */
const IDENTIFIER: TextRule = { pattern: '[\\w#+=/:,.@-]*', least: 1, most: 2048 };
const RULES: Readonly<Record<string, TextRule>> = {
  logGroupName: GROUP_NAME,
  logGroupNamePrefix: { ...GROUP_NAME, pattern: '[\\.\\-_/#A-Za-z0-9]*', least: 0 },
  logGroupNamePattern: { ...GROUP_NAME, pattern: '[\\.\\-_/#A-Za-z0-9]*', least: 0 },
  logGroupIdentifier: IDENTIFIER,
  logGroupIdentifiers: IDENTIFIER,
  logStreamName: STREAM_NAME,
  logStreamNames: STREAM_NAME,
  logStreamNamePrefix: { ...STREAM_NAME, least: 0 },
  filterPattern: { pattern: '[^]*', least: 0, most: 1024 },
  accountIdentifiers: { pattern: '^\\d{12}$', least: 12, most: 12 },
};

/** In milliseconds since 1970: none before that. */
const TIMES = ['startTime', 'endTime'];

/** Shown of a value that is refused: its length is what is wrong with longer ones. */
const SHOWN_CHARACTERS = 600;

/**
 * What the model of CloudWatch Logs says of texts and times, on all its operations: InvalidParameterException that names the member.
 * A name that there can never be is no name that is not there yet: readers wait for those.
 */
export const checkMembers = (input: object): Refusal | undefined => {
  const given = input as Readonly<Record<string, unknown>>;
  for (const member of TIMES) {
    const value = given[member] as number | undefined;
    if (value !== undefined && value < 0)
      return invalid(
        `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must have value greater than or equal to 0`,
      );
  }
  for (const [member, rule] of Object.entries(RULES)) {
    const value = given[member] as string | readonly string[] | undefined;
    if (value === undefined) continue;
    const texts = typeof value === 'string' ? [value] : value;
    for (const [at, text] of texts.entries()) {
      const broken = brokenPart(text, rule);
      if (broken === undefined) continue;
      const path = typeof value === 'string' ? member : `${member}.${at + 1}.member`;
      return invalid(
        `1 validation error detected: Value '${text.slice(0, SHOWN_CHARACTERS)}' at '${path}' failed to satisfy constraint: ${broken}`,
      );
    }
  }
  return undefined;
};
