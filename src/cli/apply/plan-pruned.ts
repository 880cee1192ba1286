import type { AccessFile } from './access-file.ts';
import type { FoundGroup, FoundPolicy, FoundRole, FoundUser } from './found.ts';
import { heldSteps } from './plan-held.ts';
import { limitsGo } from './plan-limits.ts';
import { dropVersion, placeOf } from './plan-policies.ts';
import { leave } from './plan-users.ts';
import { type Context, isSameName, named, type Step } from './step.ts';

/* What the file does not name goes (rule A-230): first what keeps it, then itself. */

export const pruned = (context: Context, said: AccessFile): Step[] => {
  const { found } = context;
  const isGroupNamed = (name: string) =>
    named(said.groups, name) !== undefined ||
    said.users.some(({ groups = [] }) => groups.some((one) => isSameName(one, name)));
  const kept = new Set(policiesNamed(context, said));
  return [
    ...limitsGo(context, said),
    ...found.roles.filter(({ name }) => !named(said.roles, name)).flatMap((one) => roleGoes(context, one)),
    ...found.users.filter(({ name }) => !named(said.users, name)).flatMap((one) => userGoes(context, one)),
    ...found.groups.filter(({ name }) => !isGroupNamed(name)).flatMap((one) => groupGoes(context, one)),
    ...found.policies
      .filter(({ name, arn }) => !named(said.policies, name) && !kept.has(arn))
      .flatMap((one) => policyGoes(context, one)),
    ...found.providers
      .filter(({ url }) => !said.providers.some((one) => placeOf(one.url) === placeOf(url)))
      .map(({ url, arn }) => ({
        ...{ says: `delete issuer ${url}`, phase: 'drop' as const, isOwn: context.isOwn('provider', arn) },
        ...{ action: 'DeleteOpenIDConnectProvider', input: { OpenIDConnectProviderArn: arn } },
      })),
  ];
};

/** ARNs of policies that somebody in the file has. */
const policiesNamed = ({ policy }: Context, said: AccessFile): string[] =>
  (['users', 'groups', 'roles'] as const).flatMap((section) =>
    said[section].flatMap((one, n) => {
      const at = `${section}[${n}]`;
      const { boundary } = one as { readonly boundary?: string };
      return [
        ...(one.policies ?? []).map((name, m) => policy(name, `${at}.policies[${m}]`)),
        ...(boundary === undefined ? [] : [policy(boundary, `${at}.boundary`)]),
      ];
    }),
  );

const nothing = { said: {}, at: '' } as const;

const roleGoes = (context: Context, role: FoundRole): Step[] => {
  const { name, profiles, policies, inline } = role;
  const isOwn = context.isOwn('role', name);
  return [
    ...profiles.map((profile) => ({
      ...{ says: `take role ${name} out of instance profile ${profile}`, phase: 'take' as const, isOwn },
      action: 'RemoveRoleFromInstanceProfile',
      input: { RoleName: name, InstanceProfileName: profile },
    })),
    ...heldSteps(context, { kind: 'Role', name, ...nothing, has: { policies, inline } }),
    { says: `delete role ${name}`, phase: 'drop', isOwn, action: 'DeleteRole', input: { RoleName: name } },
  ];
};

const userGoes = (context: Context, user: FoundUser): Step[] => {
  const { name, keys, groups, policies, inline } = user;
  const isOwn = context.isOwn('user', name);
  return [
    ...keys.map((key) => ({
      ...{ says: `delete key ${key} of user ${name}`, phase: 'take' as const, isOwn },
      ...{ action: 'DeleteAccessKey', input: { UserName: name, AccessKeyId: key } },
    })),
    ...groups.map((group) => leave(context, name, group)),
    ...heldSteps(context, { kind: 'User', name, ...nothing, has: { policies, inline } }),
    { says: `delete user ${name}`, phase: 'drop', isOwn, action: 'DeleteUser', input: { UserName: name } },
  ];
};

const groupGoes = (context: Context, { name, policies, inline }: FoundGroup): Step[] => [
  ...heldSteps(context, { kind: 'Group', name, ...nothing, has: { policies, inline } }),
  {
    ...{ says: `delete group ${name}`, phase: 'drop', isOwn: context.isOwn('group', name) },
    ...{ action: 'DeleteGroup', input: { GroupName: name } },
  },
];

const policyGoes = (context: Context, policy: FoundPolicy): Step[] => {
  const { name, arn, others } = policy;
  const isOwn = context.isOwn('policy', arn);
  return [
    ...others.map((version) => ({ ...dropVersion(policy, version), isOwn })),
    {
      says: `delete policy ${name}`,
      phase: 'drop',
      isOwn,
      action: 'DeletePolicy',
      input: { PolicyArn: arn },
    },
  ];
};
