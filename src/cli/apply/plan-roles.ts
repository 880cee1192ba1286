import { isDeepStrictEqual } from 'node:util';
import type { AccessFile, RoleSaid } from './access-file.ts';
import type { FoundRole } from './found.ts';
import { heldSteps } from './plan-held.ts';
import { arnOf, fixed, madeOf, madeWith, NOTHING } from './plan-made.ts';
import { type Context, named, type Step } from './step.ts';

/* Roles: made where they are not there, changed where they are otherwise. */

/** First those that are to be made, whom others may trust; whoever trusts another one of them comes after it. */
export const roleSteps = (context: Context, roles: AccessFile['roles']): Step[] => {
  const placed = roles.map((said, n) => ({ said, at: `roles[${n}]` }));
  const isNew = ({ said }: Placed) => named(context.found.roles, said.name) === undefined;
  const made = inOrderOfTrust(context, placed.filter(isNew));
  return [
    ...made.map(({ said, at }) => newRole(context, said, at)),
    ...placed.flatMap(({ said, at }) => {
      const found = named(context.found.roles, said.name);
      const name = found?.name ?? said.name;
      const has = found ?? { ...NOTHING, ...madeOf(context, said, at) };
      const isOpened = found !== undefined && !isDeepStrictEqual(said.trust, found.trust);
      return [
        ...(found ? roleChanges(context, said, found, at) : []),
        ...heldSteps(context, { kind: 'Role', name, at, said, has, isOpened }),
      ];
    }),
  ];
};

interface Placed {
  readonly said: RoleSaid;
  readonly at: string;
}

const inOrderOfTrust = ({ found }: Context, roles: readonly Placed[]): Placed[] => {
  const rest = [...roles];
  const ordered: Placed[] = [];
  while (rest.length > 0) {
    const next = rest.findIndex(({ said }) => {
      const trust = JSON.stringify(said.trust);
      return !rest.some(
        (other) => other.said !== said && trust.includes(`"${arnOf(found.account, 'role', other.said)}"`),
      );
    });
    // of those that trust each other in a circle the service says that it cannot be
    ordered.push(...rest.splice(Math.max(next, 0), 1));
  }
  return ordered;
};

const newRole = (context: Context, said: RoleSaid, at: string): Step => {
  const { name, path, trust, description, maxSession } = said;
  const { boundary, tags } = madeOf(context, said, at);
  return {
    ...{ says: `make role ${name}`, at, phase: 'make', action: 'CreateRole' },
    input: {
      ...{ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust), ...madeWith(path, tags) },
      ...(description !== undefined && { Description: description }),
      ...(maxSession !== undefined && { MaxSessionDuration: maxSession }),
      ...(boundary !== undefined && { PermissionsBoundary: boundary }),
    },
  };
};

const roleChanges = (context: Context, said: RoleSaid, found: FoundRole, at: string): Step[] => {
  const { name } = found;
  const when = { phase: 'bound', isOwn: context.isOwn('role', name) } as const;
  fixed(context, `${at}.path`, said.path, found.path, 'the path of a role');
  const { description = found.description, maxSession = found.maxSession } = said;
  const isOther = description !== found.description || maxSession !== found.maxSession;
  return [
    ...(isDeepStrictEqual(said.trust, found.trust)
      ? []
      : [
          {
            ...{
              says: `change whom role ${name} trusts`,
              at: `${at}.trust`,
              action: 'UpdateAssumeRolePolicy',
              ...when,
            },
            input: { RoleName: name, PolicyDocument: JSON.stringify(said.trust) },
          },
        ]),
    ...(isOther
      ? [
          {
            ...{ says: `change role ${name}`, at, action: 'UpdateRole', ...when },
            input: { RoleName: name, Description: description, MaxSessionDuration: maxSession },
          },
        ]
      : []),
  ];
};
