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
    ...made.map((placed) => newRole(context, placed)),
    ...made.filter(({ inCircle }) => inCircle).map(({ said, at }) => trustStep(context, said, said.name, at)),
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
  /** Whether it trusts itself, or another that trusts it: then it is made before whom it trusts. */
  readonly inCircle?: boolean;
}

const inOrderOfTrust = ({ found }: Context, roles: readonly Placed[]): Placed[] => {
  const rest = [...roles];
  const ordered: Placed[] = [];
  while (rest.length > 0) {
    const next = rest.findIndex(({ said }) => {
      const trust = JSON.stringify(said.trust);
      return !rest.some((other) => trust.includes(`"${arnOf(found.account, 'role', other.said)}"`));
    });
    const [placed] = rest.splice(Math.max(next, 0), 1);
    ordered.push({ ...placed!, inCircle: next < 0 });
  }
  return ordered;
};

/** What trusts nobody, until whom it trusts is there. */
const NOBODY = {
  Version: '2012-10-17',
  Statement: { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' },
} as const;

const newRole = (context: Context, { said, at, inCircle = false }: Placed): Step => {
  const { name, path, description, maxSession } = said;
  const trust = inCircle ? NOBODY : said.trust;
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
    ...(isDeepStrictEqual(said.trust, found.trust) ? [] : [trustStep(context, said, name, at)]),
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

const trustStep = (context: Context, { trust }: RoleSaid, name: string, at: string): Step => ({
  ...{ says: `change whom role ${name} trusts`, at: `${at}.trust`, action: 'UpdateAssumeRolePolicy' },
  ...{ phase: 'bound', isOwn: context.isOwn('role', name) },
  input: { RoleName: name, PolicyDocument: JSON.stringify(trust) },
});
