import { type RoleSaid, tagsListed, type UserSaid } from './access-file.ts';
import type { Context } from './step.ts';

/* What those who plan users, groups, roles and policies have in common. */

export const NOTHING = { policies: [], inline: {} } as const;

/** What a name, path or text stays that nobody can change. */
export const fixed = (
  { wrong }: Context,
  at: string,
  said: string | undefined,
  found: string,
  what: string,
): void => {
  if (said !== undefined && said !== found) throw wrong(at, `${what} stays as it was made: it is '${found}'`);
};

/** As IAM takes what new ones are made with. */
export const madeWith = (path: string | undefined, tags: Readonly<Record<string, string>> = {}) => ({
  ...(path !== undefined && { Path: path }),
  ...(Object.keys(tags).length > 0 && { Tags: tagsListed(tags) }),
});

/** What of it is there as soon as it is made. */
export const madeOf = (context: Context, { tags = {}, boundary }: UserSaid | RoleSaid, at: string) => ({
  tags,
  ...(boundary !== undefined && { boundary: context.policy(boundary, `${at}.boundary`) }),
});

export const arnOf = (
  account: string,
  kind: 'role' | 'policy',
  { path = '/', name }: { readonly path?: string; readonly name: string },
): string => `${account}:${kind}${path}${name}`;
