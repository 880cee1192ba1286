import { checkInput, type Input, tagsIn } from '../../domain/access-input.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import {
  type AccessTag,
  accessTagsOf,
  removeAccessTag,
  setAccessTag,
} from '../../store/access/held-policies.ts';
import type { OwnerKind } from '../../store/access/rows.ts';
import { changing, NAMED_BY, withOwner } from './found.ts';
import { pageIn, pageOf } from './input.ts';
import { quota } from './refusals.ts';

/* Tags of all that has some. */

type Kind = Exclude<OwnerKind, 'group'>;
const UPPER = {
  user: 'User',
  policy: 'Policy',
  role: 'Role',
  'instance-profile': 'InstanceProfile',
  'oidc-provider': 'OpenIDConnectProvider',
} as const;
const MOST_TAGS = 50;

export const shownTags = (tags: readonly AccessTag[]) =>
  tags.map(({ key, value }) => ({ Key: key, Value: value }));

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
        if (keys.size > MOST_TAGS) return quota(`TagsPer${UPPER[kind]}`, MOST_TAGS);
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
        return { Tags: shownTags(shown), ...rest };
      }),
    );
  };

export const tagUser = tag('user');
export const untagUser = untag('user');
export const listUserTags = list('user');
export const tagPolicy = tag('policy');
export const untagPolicy = untag('policy');
export const listPolicyTags = list('policy');
export const tagRole = tag('role');
export const untagRole = untag('role');
export const listRoleTags = list('role');
export const tagInstanceProfile = tag('instance-profile');
export const untagInstanceProfile = untag('instance-profile');
export const listInstanceProfileTags = list('instance-profile');
export const tagOpenIDConnectProvider = tag('oidc-provider');
export const untagOpenIDConnectProvider = untag('oidc-provider');
export const listOpenIDConnectProviderTags = list('oidc-provider');
