import { type Input, tagsIn, textsOf } from '../../domain/access-input.ts';
import { isRefusal, Refusal } from '../../domain/refusal.ts';
import { overlaid } from '../../service/rights.ts';
import type { SessionDoc } from '../../store/access/rows.ts';

type Tagged = Pick<SessionDoc, 'tags' | 'transitive'>;

const wrong = (text: string): Refusal => new Refusal('InvalidParameterValue', 400, text);

/**
 * The tags of a session: those of the request over those that go on from the caller's own (rule A-071). A tag that goes on cannot
 * be set again.
 */
export const sessionTags = (input: Input, own: Tagged): Tagged | Refusal => {
  const tags = tagsIn(input);
  if (isRefusal(tags)) return tags;
  const inherited = ownTransitive(own);
  const keys = new Set(tags.map(({ key }) => key.toLowerCase()));
  const asked = textsOf(input, 'TransitiveTagKeys');
  if (asked.some((key) => !keys.has(key.toLowerCase())))
    return wrong('The specified transitive tag key must be included in the requested tags.');
  if (Object.keys(inherited).some((key) => keys.has(key.toLowerCase())))
    return wrong(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  const all = overlaid(inherited, Object.fromEntries(tags.map(({ key, value }) => [key, value])));
  const transitive = [...Object.keys(inherited), ...new Set(asked)];
  return {
    ...(Object.keys(all).length > 0 && { tags: all }),
    ...(transitive.length > 0 && { transitive }),
  };
};

const ownTransitive = ({ tags = {}, transitive = [] }: Tagged): Readonly<Record<string, string>> => {
  const goes = new Set(transitive.map((key) => key.toLowerCase()));
  return Object.fromEntries(Object.entries(tags).filter(([key]) => goes.has(key.toLowerCase())));
};
