import { isRefusal } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import { accessTagsOf, removeAccessTag, setAccessTag } from '../../store/access/held-policies.ts';
import { changing, NAMED_BY, withOwner } from './found.ts';
import { checkInput, type Input, pageIn, pageOf, tagsIn } from './input.ts';
import { quota } from './refusals.ts';

/* Tags of users and managed policies. */

type Kind = 'user' | 'policy';
const MOST_TAGS = 50;

const tag =
  (kind: Kind): Operation<Input> =>
  async (service, input) => {
    const tags = checkInput(input, [NAMED_BY[kind], 'Tags']) ?? tagsIn(input);
    if (isRefusal(tags)) return tags;
    return changing(
      service,
      withOwner(kind, input, async (tx, owner) => {
        const there = await accessTagsOf(tx, owner);
        const keys = new Set([...there, ...tags].map(({ key }) => key.toLowerCase()));
        if (keys.size > MOST_TAGS) return quota(`TagsPer${kind === 'user' ? 'User' : 'Policy'}`, MOST_TAGS);
        for (const one of tags) await setAccessTag(tx, owner, one);
        return undefined;
      }),
    );
  };

const untag =
  (kind: Kind): Operation<Input> =>
  async (service, input) => {
    const wrong = checkInput(input, [NAMED_BY[kind], 'TagKeys']);
    if (wrong) return wrong;
    const keys = Array.isArray(input.TagKeys) ? input.TagKeys.map(String) : [];
    return changing(
      service,
      withOwner(kind, input, async (tx, owner) => {
        for (const key of keys) await removeAccessTag(tx, owner, key);
        return undefined;
      }),
    );
  };

const list =
  (kind: Kind): Operation<Input> =>
  async (service, input) => {
    const page = checkInput(input, [NAMED_BY[kind]]) ?? pageIn(input);
    if (isRefusal(page)) return page;
    return service.store.read(
      withOwner(kind, input, async (tx, owner) => {
        const { shown, rest } = pageOf(await accessTagsOf(tx, owner), page, ({ key }) => key.toLowerCase());
        return { Tags: shown.map(({ key, value }) => ({ Key: key, Value: value })), ...rest };
      }),
    );
  };

export const tagUser = tag('user');
export const untagUser = untag('user');
export const listUserTags = list('user');
export const tagPolicy = tag('policy');
export const untagPolicy = untag('policy');
export const listPolicyTags = list('policy');
