import { isDeepStrictEqual } from 'node:util';
import type { AccessFile, HeldSaid, UserSaid } from './access-file.ts';
import type { Found } from './found.ts';
import { changes, effectOf, type Rights } from './order.ts';
import { isSameName, named } from './step.ts';

/* For whom what denies becomes another document that denies, which neither of the two does together. */

type Held = Pick<HeldSaid, 'policies' | 'inline'>;

/** `isTurned`: of a policy by its ARN; `arnIn`: of a policy as the file names it. */
export const turnsOf = (
  said: AccessFile,
  found: Found,
  isTurned: (arn: string) => boolean,
  arnIn: (name: string) => string,
): Rights['turns'] => {
  const ofIts = (now: Held = {}, next: Held = {}): boolean =>
    inlineTurns(now, next) || [...(now.policies ?? []), ...(next.policies ?? []).map(arnIn)].some(isTurned);
  const ofGroup = (name: string) => ofIts(named(found.groups, name), named(said.groups, name));
  const ofUser = (name: string) =>
    ofIts(named(found.users, name), named(said.users, name)) || groupsOf(said, found, name).some(ofGroup);
  return (kind, name) => {
    switch (kind) {
      case 'User':
        return ofUser(name);
      case 'Role':
        return ofIts(named(found.roles, name), named(said.roles, name));
      case 'Group':
        return ofGroup(name) || membersOf(said, found, name).some(ofUser);
    }
  };
};

const inlineTurns = ({ inline: now = {} }: Held, { inline: next = {} }: Held): boolean =>
  Object.entries(next).some(
    ([name, document]) =>
      Object.hasOwn(now, name) &&
      changes(effectOf(now[name]), effectOf(document)) === 'turn' &&
      !isDeepStrictEqual(now[name], document),
  );

const groupsOf = (said: AccessFile, found: Found, user: string): readonly string[] => [
  ...(named(found.users, user)?.groups ?? []),
  ...(named(said.users, user)?.groups ?? []),
];

/** Now, or afterwards. */
const membersOf = (said: AccessFile, found: Found, group: string): string[] =>
  [...found.users, ...said.users]
    .filter(({ groups = [] }: UserSaid) => groups.some((one) => isSameName(one, group)))
    .map(({ name }) => name);
