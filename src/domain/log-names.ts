/** What a text of CloudWatch Logs may be, as its model says it: a pattern for all of it, and lengths in characters. */
export interface TextRule {
  readonly pattern: string;
  readonly least: number;
  readonly most: number;
}

export const GROUP_NAME: TextRule = { pattern: '[\\.\\-_/#A-Za-z0-9]+', least: 1, most: 512 };
export const STREAM_NAME: TextRule = { pattern: '[^:*]*', least: 1, most: 512 };

/** Which part of the rule a text breaks, in the words of the service; undefined when none. */
export const brokenPart = (text: string, { pattern, least, most }: TextRule): string | undefined => {
  if (text.length > most) return `Member must have length less than or equal to ${most}`;
  if (text.length < least) return `Member must have length greater than or equal to ${least}`;
  return new RegExp(`^(?:${pattern})$`, 's').test(text)
    ? undefined
    : `Member must satisfy regular expression pattern: ${pattern}`;
};

/** A group's name in what names it: the name as it stands, or the end of an ARN, of whatever account. */
export const groupIn = (identifier: string): string =>
  /^(?:arn:[^:]*:logs:[^:]*:[^:]*:log-group:)?(.+)$/.exec(identifier)?.[1] ?? '';
