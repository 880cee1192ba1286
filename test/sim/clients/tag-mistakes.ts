import { LONG, type Mistake, many, NULL, set, TYPE, uuid, without, wrong } from './mistake.ts';

export const tagged: readonly Mistake[] = [
  wrong(/^tags/, set('tags', Object.fromEntries(many(51, (at) => [`t${at}`, 'v'])), { x: 'v'.repeat(257) })),
  wrong(/^aws: prefixed/, set('tags', { 'aws:x': 'y' }, { x: 'AWS:y' })),
  wrong(/illegal characters/, set('tags', { x: '^GATC' }, { 'a#b': 'x' })),
];

const noResource: readonly Mistake[] = [
  wrong(/^Invalid ARN/, set('resourceArn', 'q0', '', 'arn:aws:batch:us-east-1:012345678910:job/junk')),
  wrong(/does not exist$/, set('resourceArn', `arn:aws:batch:us-east-1:012345678910:job/${uuid}`)),
];

export const TAG_MISTAKES: Readonly<Record<string, readonly Mistake[]>> = {
  TagResource: [...tagged, ...noResource, wrong(/^tags/, set('tags', {})), wrong(NULL, without('tags'))],
  UntagResource: [
    ...noResource,
    wrong(/^tagKeys/, set('tagKeys', [], [''], [LONG])),
    wrong(NULL, without('tagKeys')),
    wrong(TYPE, set('tagKeys', 'x', [1])),
  ],
  ListTagsForResource: noResource,
};
