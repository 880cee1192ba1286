import { Refusal } from './refusal.ts';

/** What a request of the query protocol says: texts, lists and structures of them, by member. */
export type Input = Readonly<Record<string, unknown>>;

const invalid = (text: string): Refusal => new Refusal('ValidationError', 400, text);

export const textOf = (input: Input, member: string): string | undefined => {
  const value = input[member];
  return typeof value === 'string' ? value : undefined;
};

/** The texts of a list; of another type it has none. */
export const textsOf = (input: Input, member: string): readonly string[] => {
  const value = input[member];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
};

export interface Constraint {
  readonly least?: number;
  readonly most?: number;
  readonly pattern?: string;
  /** Of a number: from and to, both of them allowed. */
  readonly range?: readonly [number, number];
}

const NAME = '[\\w+=,.@-]+';
const PATH = '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)';
const DOCUMENT: Constraint = { least: 1, most: 131_072, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' };
const ARN: Constraint = { least: 20, most: 2048 };
const NAMED: Constraint = { least: 1, most: 128, pattern: NAME };

/** Rules A-033 to A-035, A-038, by member; names that are to be have limits of their own. */
const CONSTRAINTS: Readonly<Record<string, Constraint>> = {
  UserName: NAMED,
  NewUserName: { ...NAMED, most: 64 },
  GroupName: NAMED,
  NewGroupName: NAMED,
  PolicyName: NAMED,
  Path: { least: 1, most: 512, pattern: PATH },
  NewPath: { least: 1, most: 512, pattern: PATH },
  PathPrefix: { least: 1, most: 512, pattern: '\\u002F[\\u0021-\\u007F]*' },
  Description: { most: 1000 },
  AccessKeyId: { least: 16, most: 128, pattern: '[\\w]+' },
  Status: { pattern: 'Active|Inactive' },
  PolicyDocument: DOCUMENT,
  RoleName: NAMED,
  InstanceProfileName: NAMED,
  AssumeRolePolicyDocument: DOCUMENT,
  OpenIDConnectProviderArn: ARN,
  Url: { least: 1, most: 255 },
  ClientID: { least: 1, most: 255 },
  MaxSessionDuration: { range: [3600, 43_200] },
  PolicyArn: ARN,
  PermissionsBoundary: ARN,
  VersionId: { pattern: 'v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?' },
  Scope: { pattern: 'All|AWS|Local' },
  Marker: { least: 1, most: 320 },
};

const lowerCamel = (member: string): string => member.charAt(0).toLowerCase() + member.slice(1);

const broken = (
  value: string,
  { least = 0, most = Number.POSITIVE_INFINITY, pattern, range }: Constraint,
) => {
  if (range) return outside(value, range);
  if (value.length > most) return `Member must have length less than or equal to ${most}`;
  if (value.length < least) return `Member must have length greater than or equal to ${least}`;
  return pattern === undefined || new RegExp(`^(?:${pattern})$`, 's').test(value)
    ? undefined
    : `Member must satisfy regular expression pattern: ${pattern}`;
};

const outside = (value: string, [from, to]: readonly [number, number]): string | undefined => {
  if (!/^-?\d{1,15}$/.test(value)) return 'Member must be an integer';
  if (Number(value) < from) return `Member must have value greater than or equal to ${from}`;
  return Number(value) > to ? `Member must have value less than or equal to ${to}` : undefined;
};

const spelled = (wrong: readonly string[]): Refusal | undefined =>
  wrong.length === 0
    ? undefined
    : invalid(`${wrong.length} validation error${wrong.length > 1 ? 's' : ''} detected: ${wrong.join('; ')}`);

export const failed = (value: string, at: string, text: string): string =>
  `Value ${value} at '${at}' failed to satisfy constraint: ${text}`;

/**
 * Checks all members that have a constraint, and that those `required` are there (rule A-032). `narrower`: where the operation has
 * closer limits.
 */
export const checkInput = (
  input: Input,
  required: readonly string[],
  narrower: Readonly<Record<string, Constraint>> = {},
): Refusal | undefined => {
  const wrong = required
    .filter((member) => input[member] === undefined)
    .map((member) => failed('null', lowerCamel(member), 'Member must not be null'));
  for (const [member, constraint] of Object.entries({ ...CONSTRAINTS, ...narrower })) {
    const value = textOf(input, member);
    if (value === undefined && input[member] !== undefined)
      wrong.push(failed('null', lowerCamel(member), 'Member must be a text'));
    const text = value === undefined ? undefined : broken(value, constraint);
    if (text !== undefined) wrong.push(failed(`'${value}'`, lowerCamel(member), text));
  }
  return spelled(wrong);
};

/** Checks a list of texts: how many, and each by itself. */
export const checkTexts = (
  input: Input,
  member: string,
  most: number,
  constraint: Constraint,
): Refusal | undefined => {
  const texts = textsOf(input, member);
  const at = lowerCamel(member);
  if (texts.length > most)
    return spelled([
      failed(`'${texts.length} members'`, at, `Member must have length less than or equal to ${most}`),
    ]);
  return spelled(
    texts.flatMap((value, n) => {
      const text = broken(value, constraint);
      return text === undefined ? [] : [failed(`'${value}'`, `${at}.${n + 1}.member`, text)];
    }),
  );
};

/** Of names that are to be made. */
export const NEW_USER = { UserName: { least: 1, most: 64, pattern: NAME } };
export const NEW_ROLE = { RoleName: { least: 1, most: 64, pattern: NAME } };

const MOST_TAGS = 50;
const TAG_TEXT = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*';

/** The tags of a request: rule A-036. */
export const tagsIn = (
  input: Input,
): readonly { readonly key: string; readonly value: string }[] | Refusal => {
  const given = Array.isArray(input.Tags) ? input.Tags : [];
  const tags = given.map((tag) => ({ key: String(tag?.Key ?? ''), value: String(tag?.Value ?? '') }));
  if (tags.length > MOST_TAGS)
    return invalid(
      `1 validation error detected: ${failed(`'${tags.length} tags'`, 'tags', `Member must have length less than or equal to ${MOST_TAGS}`)}`,
    );
  const text = new RegExp(`^${TAG_TEXT}$`, 'u');
  const wrong = tags.flatMap(({ key, value }, n) => [
    ...(key.length < 1 || key.length > 128 || !text.test(key)
      ? [
          failed(
            `'${key}'`,
            `tags.${n + 1}.member.key`,
            `Member must satisfy regular expression pattern: ${TAG_TEXT}`,
          ),
        ]
      : []),
    ...(value.length > 256 || !text.test(value)
      ? [
          failed(
            `'${value}'`,
            `tags.${n + 1}.member.value`,
            `Member must satisfy regular expression pattern: ${TAG_TEXT}`,
          ),
        ]
      : []),
  ]);
  const refusal = spelled(wrong);
  if (refusal) return refusal;
  if (tags.some(({ key }) => key.toLowerCase().startsWith('aws:')))
    return new Refusal('InvalidInput', 400, 'aws: prefixed tag key names are not allowed for external use.');
  return new Set(tags.map(({ key }) => key.toLowerCase())).size < tags.length
    ? new Refusal(
        'InvalidInput',
        400,
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      )
    : tags;
};

/** Rule A-037: of documents without their white space, in characters; inline policies of one together. */
export const MOST_CHARACTERS = { managed: 6144, trust: 2048, user: 2048, group: 5120, role: 10_240 } as const;

export const sizeOf = (document: string): number => document.replace(/\s/g, '').length;
