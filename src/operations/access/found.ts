import { type Input, textOf } from '../../domain/access-input.ts';
import { issuerPlace } from '../../domain/arn.ts';
import { isRefusal, type Refusal } from '../../domain/refusal.ts';
import type { Caller, Service } from '../../service/service.ts';
import { policyByArn } from '../../store/access/policies.ts';
import { providerAt } from '../../store/access/providers.ts';
import { profileNamed, roleNamed } from '../../store/access/roles.ts';
import type {
  GroupRow,
  Owner,
  OwnerKind,
  PolicyRow,
  ProfileRow,
  ProviderRow,
  RoleRow,
  UserRow,
} from '../../store/access/rows.ts';
import { groupNamed, userNamed } from '../../store/access/users.ts';
import type { Tx } from '../../store/store.ts';
import { policyAt } from './built-in.ts';
import { invalid, noGroup, noPolicy, noProfile, noProvider, noRole, noUser } from './refusals.ts';

/* What a request names. */

export const findUser = async (tx: Tx, input: Input): Promise<UserRow | Refusal> => {
  const name = textOf(input, 'UserName')!;
  return (await userNamed(tx, name)) ?? noUser(name);
};

/** Without a name the caller itself is meant (rule A-029), and nobody who has its name since; root is no user. */
export const findUserOrSelf = async (tx: Tx, input: Input, caller: Caller): Promise<UserRow | Refusal> => {
  const given = textOf(input, 'UserName');
  const name = given ?? caller.userName;
  if (name === undefined) return invalid('Must specify userName when calling with non-User credentials');
  const user = await userNamed(tx, name);
  return user && (given !== undefined || user.id === caller.userId) ? user : noUser(name);
};

export const findGroup = async (tx: Tx, input: Input): Promise<GroupRow | Refusal> => {
  const name = textOf(input, 'GroupName')!;
  return (await groupNamed(tx, name)) ?? noGroup(name);
};

export const findPolicy = async (tx: Tx, input: Input): Promise<PolicyRow | Refusal> => {
  const arn = textOf(input, 'PolicyArn')!;
  return (await policyByArn(tx, arn)) ?? noPolicy(arn);
};

/** To be shown: those that are built in are found, too. */
export const findShownPolicy = async (
  tx: Tx,
  { account }: Service,
  input: Input,
): Promise<PolicyRow | Refusal> => {
  const arn = textOf(input, 'PolicyArn')!;
  return (await policyAt(tx, account, arn)) ?? noPolicy(arn);
};

export const findRole = async (tx: Tx, input: Input): Promise<RoleRow | Refusal> => {
  const name = textOf(input, 'RoleName')!;
  return (await roleNamed(tx, name)) ?? noRole(name);
};

export const findProfile = async (tx: Tx, input: Input): Promise<ProfileRow | Refusal> => {
  const name = textOf(input, 'InstanceProfileName')!;
  return (await profileNamed(tx, name)) ?? noProfile(name);
};

export const findProvider = async (tx: Tx, input: Input): Promise<ProviderRow | Refusal> => {
  const arn = textOf(input, 'OpenIDConnectProviderArn')!;
  return (await providerAt(tx, issuerPlace(arn) ?? '')) ?? noProvider(arn);
};

/** By which member what has policies or tags is named. */
export const NAMED_BY = {
  user: 'UserName',
  group: 'GroupName',
  policy: 'PolicyArn',
  role: 'RoleName',
  'instance-profile': 'InstanceProfileName',
  'oidc-provider': 'OpenIDConnectProviderArn',
} as const;

const FIND = {
  user: findUser,
  group: findGroup,
  policy: findPolicy,
  role: findRole,
  'instance-profile': findProfile,
  'oidc-provider': findProvider,
};

/** What is done with who has policies or tags, once it is found. */
export const withOwner =
  <T>(kind: OwnerKind, input: Input, fn: (tx: Tx, owner: Owner) => Promise<T | Refusal>) =>
  async (tx: Tx): Promise<T | Refusal> => {
    const row = await FIND[kind](tx, input);
    return isRefusal(row) ? row : fn(tx, { kind, seq: row.seq });
  };

/** Writes: what is decided in `fn` changes who may do what, which is looked up anew from then on (rule A-019). */
export const changing = <T>(service: Service, fn: (tx: Tx) => Promise<T | Refusal>): Promise<T | Refusal> =>
  service.store.write(async (tx) => {
    const answer = await fn(tx);
    if (!isRefusal(answer)) tx.onCommit(() => service.principals.forget());
    return answer;
  });
