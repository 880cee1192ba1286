import { type Refusal, refuse } from './refusal.ts';

const KEY = /^[\p{L}\p{Z}\p{N}+\-=._:/@]{1,128}$/u;
const VALUE = /^[\p{L}\p{Z}\p{N}+\-=._:/@]{0,256}$/u;

/** Tags of one resource, or of a job and its definition together. */
const MOST = 50;

/**
 * Why a job with these tags and its definition's cannot give both to its task (rule J-115); undefined when it can. A key
 * that both have counts once.
 */
export const tooManyTags = (
  own: Readonly<Record<string, string>>,
  definition: Readonly<Record<string, string>>,
): string | undefined => {
  const count = new Set([...Object.keys(own), ...Object.keys(definition)]).size;
  return count > MOST
    ? `propagateTags: the job and its job definition have ${count} tags together, a task takes at most ${MOST}`
    : undefined;
};

/** Rule E-190, J-032: up to 50, keys of 1 to 128 characters, values up to 256, none beginning with `aws:`. */
export const checkTags = (tags: Readonly<Record<string, string>> | undefined): Refusal | undefined => {
  if (!tags) return undefined;
  const entries = Object.entries(tags);
  if (entries.length > MOST) return refuse(`tags takes at most ${MOST} entries, got ${entries.length}.`);
  for (const [key, value] of entries) {
    if (/^aws:/i.test(key)) return refuse(`tags: the key '${key}' begins with 'aws:', which is reserved.`);
    if (!KEY.test(key))
      return refuse(`tags: the key '${key}' must have 1 to 128 letters, digits, spaces or + - = . _ : / @`);
    if (!VALUE.test(value)) {
      return refuse(
        `tags: the value of '${key}' must have at most 256 letters, digits, spaces or + - = . _ : / @`,
      );
    }
  }
  return undefined;
};
