import { mapAt, textsAt } from './members.ts';
import type { Question } from './question.ts';

/** The tags that a request sets (rule A-143); none where it sets none. */
export const tagsSaid = (input: unknown, member = 'tags'): Question['context'] => {
  const tags = mapAt(input, member);
  if (tags.length === 0) return {};
  return {
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': tags.map(([key]) => key),
  };
};

/** What is made has the tags that it is made with. */
export const tagsOfNew = (input: unknown): Question['context'] => ({
  ...Object.fromEntries(mapAt(input, 'tags').map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
  ...tagsSaid(input),
});

/** The keys of tags that are to go. */
export const keysSaid = (input: unknown): Question['context'] => {
  const keys = textsAt(input, 'tagKeys');
  return keys.length > 0 ? { 'aws:TagKeys': keys } : {};
};

/** Whether there are any to set. */
export const setsTags = (input: unknown, member = 'tags'): boolean => mapAt(input, member).length > 0;
