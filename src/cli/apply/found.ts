import { limitsNow } from '../access-limits.ts';
import { type Ask, allOf } from '../iam.ts';
import type { Own } from '../own-operations.ts';
import { at, type Element, members, textAt } from '../xml.ts';
import type {
  GroupSaid,
  HeldSaid,
  LimitSaid,
  PolicySaid,
  ProviderSaid,
  RoleSaid,
  Tags,
  UserSaid,
} from './access-file.ts';
import type { JsonObject } from './json.ts';

/*
 * What there is, as the server says, in the words of the file. Policies that somebody has are told by their ARNs; what a file may leave
 * out is empty.
 */

type Whole<T> = { readonly [member in keyof T]-?: T[member] };

export interface FoundUser extends Whole<Omit<UserSaid, 'boundary'>>, Bounded {
  readonly arn: string;
  /** Ids of its keys. */
  readonly keys: readonly string[];
}

export interface FoundGroup extends Whole<GroupSaid> {
  readonly arn: string;
}

export interface FoundRole extends Whole<Omit<RoleSaid, 'boundary'>>, Bounded {
  readonly arn: string;
  /** Names of the instance profiles that it is in. */
  readonly profiles: readonly string[];
}

export interface FoundPolicy extends Whole<PolicySaid> {
  readonly arn: string;
  /** The versions that are not in force, oldest first. */
  readonly others: readonly string[];
}

export interface FoundProvider extends Whole<ProviderSaid> {
  readonly arn: string;
}

type Bounded = Pick<HeldSaid, 'boundary'>;

/** Who asks: root, a user, or a session of a role. */
export interface Self {
  readonly kind: 'root' | 'user' | 'role';
  readonly name: string;
}

export interface Found {
  readonly self: Self;
  /** `arn:aws:iam::012345678910`. */
  readonly account: string;
  readonly policies: readonly FoundPolicy[];
  /** ARNs of those that are built in. */
  readonly builtIn: readonly string[];
  readonly groups: readonly FoundGroup[];
  readonly users: readonly FoundUser[];
  readonly roles: readonly FoundRole[];
  readonly providers: readonly FoundProvider[];
  readonly limits: readonly LimitSaid[];
}

/** Whom to ask: IAM, STS, and operations of our own. */
export interface Asks {
  readonly iam: Ask;
  readonly sts: Ask;
  readonly own: Own;
}

/** Asks for all of it. */
export const readFound = async ({ iam, sts, own }: Asks): Promise<Found> => {
  const policies = (Scope: 'Local' | 'AWS') => allOf(iam, 'ListPolicies', 'Policies', { Scope });
  const issuers = members(await iam('ListOpenIDConnectProviders'), 'OpenIDConnectProviderList');
  const asker = textAt(await sts('GetCallerIdentity'), 'Arn')!;
  return {
    self: selfOf(asker),
    account: asker.replace(/:sts:/, ':iam:').replace(/:[^:]*$/, ''),
    policies: await each(await policies('Local'), (one) => policyOf(iam, one)),
    builtIn: (await policies('AWS')).map((one) => textAt(one, 'Arn')!),
    groups: await each(await allOf(iam, 'ListGroups', 'Groups'), (one) => groupOf(iam, one)),
    users: await each(await allOf(iam, 'ListUsers', 'Users'), (one) => userOf(iam, one)),
    roles: await each(await allOf(iam, 'ListRoles', 'Roles'), (one) => roleOf(iam, one)),
    providers: await each(issuers, (one) => providerOf(iam, textAt(one, 'Arn')!)),
    limits: await limitsNow(own),
  };
};

/** One after the other: what is to be asked of one of them is asked at once. Who goes meanwhile is not there. */
const each = async <T>(all: readonly Element[], read: (one: Element) => Promise<T>): Promise<T[]> => {
  const found: T[] = [];
  for (const one of all)
    try {
      found.push(await read(one));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  return found;
};

/** Whether a request failed because what it is about is not there. */
export const isGone = (error: unknown): boolean => {
  const { name, message } = error as Error;
  return name === 'NoSuchEntity' || /^there is no (user|role|queue) /.test(message);
};

const selfOf = (arn: string): Self => {
  const [, kind = 'root', place = ''] = /:(user|assumed-role)\/(.*)$/.exec(arn) ?? [];
  if (kind === 'user') return { kind, name: place.slice(place.lastIndexOf('/') + 1) };
  return kind === 'assumed-role'
    ? { kind: 'role', name: place.split('/', 1)[0]! }
    : { kind: 'root', name: 'root' };
};

const names = (all: readonly Element[], member: string): string[] => all.map((one) => textAt(one, member)!);

const documentOf = (encoded: string): JsonObject => JSON.parse(decodeURIComponent(encoded)) as JsonObject;

const tagsOf = (one: Element | undefined): Tags =>
  Object.fromEntries(members(one, 'Tags').map((tag) => [textAt(tag, 'Key')!, textAt(tag, 'Value') ?? '']));

const policyOf = async (ask: Ask, listed: Element): Promise<FoundPolicy> => {
  const arn = textAt(listed, 'Arn')!;
  const inForce = textAt(listed, 'DefaultVersionId')!;
  const [policy, version, versions] = await Promise.all([
    ask('GetPolicy', { PolicyArn: arn }),
    ask('GetPolicyVersion', { PolicyArn: arn, VersionId: inForce }),
    allOf(ask, 'ListPolicyVersions', 'Versions', { PolicyArn: arn }),
  ]);
  return {
    arn,
    name: textAt(listed, 'PolicyName')!,
    path: textAt(listed, 'Path')!,
    description: textAt(policy, 'Policy', 'Description') ?? '',
    document: documentOf(textAt(version, 'PolicyVersion', 'Document')!),
    tags: tagsOf(at(policy, 'Policy')),
    others: names(versions, 'VersionId')
      .filter((id) => id !== inForce)
      .reverse(),
  };
};

type Kind = 'User' | 'Group' | 'Role';

/** The policies that somebody has. */
const heldBy = async (ask: Ask, kind: Kind, name: string) => {
  const named = { [`${kind}Name`]: name };
  const [attached, inline] = await Promise.all([
    allOf(ask, `ListAttached${kind}Policies`, 'AttachedPolicies', named),
    inlineOf(ask, kind, named),
  ]);
  return { policies: names(attached, 'PolicyArn'), inline };
};

const inlineOf = async (ask: Ask, kind: Kind, named: object): Promise<Record<string, JsonObject>> => {
  const documents: [string, JsonObject][] = [];
  const listed = await ask(`List${kind}Policies`, { ...named, MaxItems: 1000 });
  for (const { text: PolicyName } of members(listed, 'PolicyNames')) {
    const found = await ask(`Get${kind}Policy`, { ...named, PolicyName });
    documents.push([PolicyName, documentOf(textAt(found, 'PolicyDocument')!)]);
  }
  return Object.fromEntries(documents);
};

const boundaryOf = (one: Element | undefined) => {
  const boundary = textAt(one, 'PermissionsBoundary', 'PermissionsBoundaryArn');
  return boundary === undefined ? {} : { boundary };
};

const groupOf = async (ask: Ask, listed: Element): Promise<FoundGroup> => {
  const name = textAt(listed, 'GroupName')!;
  const [arn, path] = [textAt(listed, 'Arn')!, textAt(listed, 'Path')!];
  return { arn, name, path, ...(await heldBy(ask, 'Group', name)) };
};

const userOf = async (ask: Ask, listed: Element): Promise<FoundUser> => {
  const name = textAt(listed, 'UserName')!;
  const [user, groups, keys, held] = await Promise.all([
    ask('GetUser', { UserName: name }),
    allOf(ask, 'ListGroupsForUser', 'Groups', { UserName: name }),
    allOf(ask, 'ListAccessKeys', 'AccessKeyMetadata', { UserName: name }),
    heldBy(ask, 'User', name),
  ]);
  return {
    ...{ name, arn: textAt(listed, 'Arn')!, path: textAt(listed, 'Path')! },
    ...{ groups: names(groups, 'GroupName'), keys: names(keys, 'AccessKeyId') },
    ...{ tags: tagsOf(at(user, 'User')), ...boundaryOf(at(user, 'User')), ...held },
  };
};

const roleOf = async (ask: Ask, listed: Element): Promise<FoundRole> => {
  const name = textAt(listed, 'RoleName')!;
  const [answer, profiles, held] = await Promise.all([
    ask('GetRole', { RoleName: name }),
    allOf(ask, 'ListInstanceProfilesForRole', 'InstanceProfiles', { RoleName: name }),
    heldBy(ask, 'Role', name),
  ]);
  const role = at(answer, 'Role');
  return {
    ...{ name, arn: textAt(listed, 'Arn')!, path: textAt(listed, 'Path')! },
    trust: documentOf(textAt(role, 'AssumeRolePolicyDocument')!),
    description: textAt(role, 'Description') ?? '',
    maxSession: Number(textAt(role, 'MaxSessionDuration')),
    profiles: names(profiles, 'InstanceProfileName'),
    ...{ tags: tagsOf(role), ...boundaryOf(role), ...held },
  };
};

const providerOf = async (ask: Ask, arn: string): Promise<FoundProvider> => {
  const found = await ask('GetOpenIDConnectProvider', { OpenIDConnectProviderArn: arn });
  const url = textAt(found, 'Url')!;
  return {
    arn,
    url: url.includes('://') ? url : `https://${url}`,
    clientIds: members(found, 'ClientIDList').map(({ text }) => text),
  };
};
