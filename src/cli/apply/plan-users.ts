import type { GroupSaid, UserSaid } from './access-file.ts';
import type { FoundUser } from './found.ts';
import { heldSteps, isBoundAnew } from './plan-held.ts';
import { madeOf, madeWith, NOTHING } from './plan-made.ts';
import { type Context, isSameName, named, type Step } from './step.ts';

/* Groups and users, and who is in which: made where they are not there, changed where they are otherwise. */

export const groupSteps = (
  context: Context,
  users: readonly UserSaid[],
  said: GroupSaid,
  at: string,
): Step[] => {
  const found = named(context.found.groups, said.name);
  const name = found?.name ?? said.name;
  const isOpened = context.found.users.some((one) => changesFor(context, users, one, name));
  const held = heldSteps(context, { kind: 'Group', name, at, said, has: found ?? NOTHING, isOpened });
  if (!found)
    return [
      {
        ...{ says: `make group ${name}`, at, phase: 'make', action: 'CreateGroup' },
        input: { GroupName: name, ...madeWith(said.path) },
      },
      ...held,
    ];
  const isMoved = said.path !== undefined && said.path !== found.path;
  return [
    ...(isMoved
      ? [
          {
            ...{ says: `move group ${name} to ${said.path}`, at: `${at}.path`, action: 'UpdateGroup' },
            ...{ phase: 'bound' as const, isOwn: context.isOwn('group', name) },
            input: { GroupName: name, NewPath: said.path },
          },
        ]
      : []),
    ...held,
  ];
};

/** Whether a member has another boundary afterwards, or is none any more. */
const changesFor = (context: Context, users: readonly UserSaid[], has: FoundUser, group: string): boolean => {
  if (
    !named(
      has.groups.map((name) => ({ name })),
      group,
    )
  )
    return false;
  const n = users.findIndex(({ name }) => isSameName(name, has.name));
  const said = users[n];
  const stays = said?.groups?.some((one) => isSameName(one, group)) ?? false;
  if (context.prune && !stays) return true;
  return said !== undefined && isBoundAnew(context, { said, has, at: `users[${n}]` });
};

/** `groups`: those of the file, beside those that are there. */
export const userSteps = (
  context: Context,
  groups: readonly GroupSaid[],
  said: UserSaid,
  at: string,
): Step[] => {
  const found = named(context.found.users, said.name);
  const name = found?.name ?? said.name;
  const has = found ?? { ...NOTHING, ...madeOf(context, said, at) };
  return [
    ...(found ? userMoves(context, said, found, at) : [newUser(context, said, at)]),
    ...memberSteps(context, groups, said, { name, groups: found?.groups ?? [], at }),
    ...heldSteps(context, { kind: 'User', name, at, said, has }),
  ];
};

/** Bounded from the first moment on. */
const newUser = (context: Context, said: UserSaid, at: string): Step => {
  const { boundary, tags } = madeOf(context, said, at);
  return {
    ...{ says: `make user ${said.name}`, at, phase: 'make', action: 'CreateUser' },
    input: {
      ...{ UserName: said.name, ...madeWith(said.path, tags) },
      ...(boundary !== undefined && { PermissionsBoundary: boundary }),
    },
  };
};

const userMoves = ({ isOwn }: Context, { path }: UserSaid, found: FoundUser, at: string): Step[] =>
  path === undefined || path === found.path
    ? []
    : [
        {
          ...{ says: `move user ${found.name} to ${path}`, at: `${at}.path`, action: 'UpdateUser' },
          ...{ phase: 'bound', isOwn: isOwn('user', found.name) },
          input: { UserName: found.name, NewPath: path },
        },
      ];

const memberSteps = (
  context: Context,
  inFile: readonly GroupSaid[],
  { groups: wanted = [] }: UserSaid,
  user: { readonly name: string; readonly groups: readonly string[]; readonly at: string },
): Step[] => {
  const { found, prune, wrong, isOwn } = context;
  const { name, groups, at } = user;
  const isIn = (list: readonly string[], one: string) => list.some((other) => isSameName(other, one));
  for (const [n, group] of wanted.entries())
    if (!named(found.groups, group) && !named(inFile, group))
      throw wrong(`${at}.groups[${n}]`, `there is no group ${group}`);
  return [
    ...wanted.flatMap((group, n) =>
      isIn(groups, group) || isIn(wanted.slice(0, n), group)
        ? []
        : [
            {
              ...{ says: `put user ${name} into group ${group}`, at: `${at}.groups[${n}]` },
              ...{ phase: context.rights.joined(group), isOwn: isOwn('user', name) },
              ...{ action: 'AddUserToGroup', input: { UserName: name, GroupName: group } },
            },
          ],
    ),
    ...groups.filter((group) => prune && !isIn(wanted, group)).map((group) => leave(context, name, group)),
  ];
};

export const leave = ({ rights, isOwn }: Context, user: string, group: string): Step => ({
  ...{
    says: `take user ${user} out of group ${group}`,
    phase: rights.left(group),
    isOwn: isOwn('user', user),
  },
  ...{ action: 'RemoveUserFromGroup', input: { UserName: user, GroupName: group } },
});
