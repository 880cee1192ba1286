import { Refusal, refuse } from './refusal.ts';

export type Tags = Readonly<Record<string, string>>;

/** What can have tags, as ARNs name it; the store has each by its place: add at the end. Rule T-049. */
export const TAGGED_KINDS = [
  'compute-environment',
  'job-queue',
  'job-definition',
  'job',
  'scheduling-policy',
  'consumable-resource',
] as const;
export type TaggedKind = (typeof TAGGED_KINDS)[number];

export const taggedCode = (kind: TaggedKind): number => TAGGED_KINDS.indexOf(kind);

const LEGAL = /^[\p{L}\p{Z}\p{N}+\-=._:/@]*$/u;
const RESERVED = /^aws:/i;

/** Tags of one resource, or of a job and its definition together. */
export const MOST_TAGS = 50;
/** In Unicode characters. */
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

/**
 * Why a job with these tags and its definition's cannot give both to its task (rule J-115); undefined when it can. A key
 * that both have counts once.
 */
export const tooManyTags = (own: Tags, definition: Tags): string | undefined => {
  const count = new Set([...Object.keys(own), ...Object.keys(definition)]).size;
  return count > MOST_TAGS
    ? `propagateTags: the job and its job definition have ${count} tags together, a task takes at most ${MOST_TAGS}`
    : undefined;
};

/** Tags as they come with a new resource; none are fine. Rules E-190, J-032, T-036 to T-040, T-054. */
export const checkTags = (tags: Tags | undefined): Refusal | undefined => {
  if (!tags) return undefined;
  const entries = Object.entries(tags);
  // said by a layer before the service: first of all
  for (const [key, value] of entries) {
    const wrong = illegal('TagKey', key) ?? illegal('TagValue', value);
    if (wrong) return wrong;
  }
  if (entries.length > MOST_TAGS)
    return refuse(`tags takes at most ${MOST_TAGS} entries, got ${entries.length}.`);
  for (const [key, value] of entries) {
    const wrong = checkKey('tags', key) ?? checkValue(key, value);
    if (wrong) return wrong;
  }
  return undefined;
};

/** Tags that are to be added to those there are: at least one. */
export const checkNewTags = (tags: Tags): Refusal | undefined =>
  Object.keys(tags).length === 0
    ? refuse(`tags must have 1 to ${MOST_TAGS} entries, such as {"team": "blue"}.`)
    : checkTags(tags);

/** Keys of tags that are to go. Rule T-044. */
export const checkTagKeys = (keys: readonly string[]): Refusal | undefined => {
  if (keys.length === 0 || keys.length > MOST_TAGS)
    return refuse(`tagKeys must have 1 to ${MOST_TAGS} entries, got ${keys.length}.`);
  for (const key of keys) {
    const wrong = checkKey('tagKeys', key);
    if (wrong) return wrong;
  }
  return undefined;
};

/** Whether `arn` can have these tags beside those it has; same keys count once. Rules T-041, T-042. */
export const checkMerged = (arn: string, tags: Tags, more: Tags): Refusal | undefined =>
  Object.keys({ ...tags, ...more }).length > MOST_TAGS
    ? refuse(`Resource ${arn} can have at most ${MOST_TAGS} tags.`)
    : undefined;

const illegal = (what: 'TagKey' | 'TagValue', text: string): Refusal | undefined =>
  LEGAL.test(text)
    ? undefined
    : new Refusal(
        'BadRequestException',
        400,
        `'${text}' is not a valid value for ${what} - it contains illegal characters`,
      );

const reserved = (): Refusal => refuse('aws: prefixed tag key names are not allowed for external use.');

const checkKey = (member: string, key: string): Refusal | undefined => {
  if (RESERVED.test(key)) return reserved();
  const length = [...key].length;
  return length < 1 || length > LONGEST_KEY
    ? refuse(`${member}: a key has 1 to ${LONGEST_KEY} characters, '${key}' has ${length}.`)
    : undefined;
};

const checkValue = (key: string, value: string): Refusal | undefined => {
  if (RESERVED.test(value)) return reserved();
  const length = [...value].length;
  return length > LONGEST_VALUE
    ? refuse(`tags: a value has at most ${LONGEST_VALUE} characters, that of '${key}' has ${length}.`)
    : undefined;
};
