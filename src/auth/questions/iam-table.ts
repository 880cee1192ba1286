import { type Account, issuerPlace } from '../../domain/arn.ts';
import { listAt, MOST_TAGS, textAt, textsAt } from './members.ts';
import { type Asking, asks, type Entry, type Question, type Table } from './question.ts';
import { ANY } from './resources.ts';

/* IAM: about the entity that is named, with its path. Rules. */

type Entity = 'user' | 'group' | 'role' | 'instance-profile' | 'policy' | 'oidc-provider';
/** By which member it is named; the last two by their ARNs. */
const MEMBER = {
  user: 'UserName',
  group: 'GroupName',
  role: 'RoleName',
  'instance-profile': 'InstanceProfileName',
  policy: 'PolicyArn',
  'oidc-provider': 'OpenIDConnectProviderArn',
} as const;

const EVERYTHING: Entry = { kind: 'everything' };

/** The tags that a request of the query protocol sets are a list. */
export const tagsListed = (input: unknown): Question['context'] => {
  const tags = listAt(input, 'Tags')
    .slice(0, MOST_TAGS + 1)
    .flatMap((tag) => {
      const key = textAt(tag, 'Key');
      return key === undefined ? [] : [[key, textAt(tag, 'Value') ?? ''] as const];
    });
  if (tags.length === 0) return {};
  return {
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': tags.map(([key]) => key),
  };
};

const keysListed = (input: unknown): Question['context'] => {
  const keys = textsAt(input, 'TagKeys');
  return keys.length > 0 ? { 'aws:TagKeys': keys } : {};
};

/** A member counts only where the operation takes it: whoever asks may send any. */
const SETS_BOUNDARY = /^(?:Create(?:User|Role)|Put(?:User|Role)PermissionsBoundary)$/;
const SETS_TAGS = /^(?:Tag|Create(?:User|Policy|Role|InstanceProfile|OpenIDConnectProvider)$)/;
const TAKES_POLICY = /^(?:Attach|Detach)/;

const contextOf = ({ operation, input, found }: Asking): Question['context'] => {
  const boundary = SETS_BOUNDARY.test(operation) ? textAt(input, 'PermissionsBoundary') : found.boundary;
  const policy = TAKES_POLICY.test(operation) ? textAt(input, 'PolicyArn') : undefined;
  return {
    ...(SETS_TAGS.test(operation) && tagsListed(input)),
    ...(operation.startsWith('Untag') && keysListed(input)),
    ...(boundary !== undefined && { 'iam:PermissionsBoundary': boundary }),
    ...(policy !== undefined && { 'iam:PolicyARN': policy }),
  };
};

const arnAt = ({ account }: Asking, entity: Entity, path: string, name: string): string =>
  `arn:${account.partition}:iam::${account.account}:${entity}${path}${name}`;

/** The ARN of what is there, else of what would be. */
const entityArn = (entity: Entity, asking: Asking): string => {
  const { input, found } = asking;
  if (found.entity !== undefined) return found.entity;
  const name = textAt(input, MEMBER[entity]);
  if (name === undefined) return ANY;
  // whatever account its ARN names, it is ours that is found by it
  if (entity === 'oidc-provider') return arnAt(asking, entity, '/', issuerPlace(name) ?? name);
  return entity === 'policy' ? name : arnAt(asking, entity, '/', name);
};

const about = (entity: Entity): Entry => ({
  kind: 'own',
  questions: (asking) => [asks(`iam:${asking.operation}`, [entityArn(entity, asking)], contextOf(asking))],
});

/** The ARN of what is to be. */
const newArn = (entity: Entity, asking: Asking): string => {
  const { input } = asking;
  if (entity === 'oidc-provider') {
    const place = textAt(input, 'Url')?.replace(/^https?:\/\//, '');
    return place === undefined ? ANY : arnAt(asking, entity, '/', place);
  }
  const name = textAt(input, entity === 'policy' ? 'PolicyName' : MEMBER[entity]);
  return name === undefined ? ANY : arnAt(asking, entity, textAt(input, 'Path') ?? '/', name);
};

/** With tags it asks to tag, too: `tags` names that action. */
const making = (entity: Entity, tags?: `iam:Tag${string}`): Entry => ({
  kind: 'own',
  questions: (asking) => {
    const { operation } = asking;
    const arn = newArn(entity, asking);
    const context = contextOf(asking);
    return [
      asks(`iam:${operation}`, [arn], context),
      ...(tags && context['aws:TagKeys'] ? [asks(tags, [arn], context)] : []),
    ];
  },
});

/** Who gives another name or path asks about both: else whoever may rename itself takes the name that others' policies speak of. */
const renaming = (entity: 'user' | 'group', newName: string): Entry => ({
  kind: 'own',
  questions: (asking) => {
    const { input, operation } = asking;
    const arn = entityArn(entity, asking);
    const [, oldPath = '/', oldName = ''] = /:(?:user|group)(\/(?:.*\/)?)([^/]+)$/.exec(arn) ?? [];
    const name = textAt(input, newName) ?? oldName;
    const to = arn === ANY ? ANY : arnAt(asking, entity, textAt(input, 'NewPath') ?? oldPath, name);
    const context = contextOf(asking);
    return [...new Set([arn, to])].map((one) => asks(`iam:${operation}`, [one], context));
  },
});

/** Who puts a role where instances find it passes it to them. Rule A-169. */
const adding: Entry = {
  kind: 'own',
  questions: (asking) => {
    const name = textAt(asking.input, 'RoleName');
    const role = asking.found.role ?? (name === undefined ? ANY : arnAt(asking, 'role', '/', name));
    return [
      asks('iam:AddRoleToInstanceProfile', [entityArn('instance-profile', asking)]),
      asks('iam:PassRole', [role], { 'iam:PassedToService': 'ec2.amazonaws.com' }),
    ];
  },
};

/** What somebody's policies say, is asked about whose they are. */
const aboutSource: Entry = {
  kind: 'own',
  questions: ({ operation, input }) => [asks(`iam:${operation}`, [textAt(input, 'PolicySourceArn') ?? ANY])],
};

/** Operations about an entity that is there, a line of names each. */
const ABOUT: Readonly<Record<Entity, readonly string[]>> = {
  user: [
    'GetUser DeleteUser TagUser UntagUser ListUserTags PutUserPermissionsBoundary DeleteUserPermissionsBoundary',
    'CreateAccessKey ListAccessKeys UpdateAccessKey DeleteAccessKey ListGroupsForUser',
    'PutUserPolicy GetUserPolicy DeleteUserPolicy ListUserPolicies',
    'AttachUserPolicy DetachUserPolicy ListAttachedUserPolicies',
    'ListMFADevices ListSSHPublicKeys ListSigningCertificates ListServiceSpecificCredentials GetLoginProfile DeleteLoginProfile',
  ],
  group: [
    'GetGroup DeleteGroup AddUserToGroup RemoveUserFromGroup',
    'PutGroupPolicy GetGroupPolicy DeleteGroupPolicy ListGroupPolicies',
    'AttachGroupPolicy DetachGroupPolicy ListAttachedGroupPolicies',
  ],
  role: [
    'GetRole DeleteRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy TagRole UntagRole ListRoleTags',
    'PutRolePermissionsBoundary DeleteRolePermissionsBoundary ListInstanceProfilesForRole',
    'PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies',
    'AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies',
  ],
  'instance-profile': [
    'GetInstanceProfile DeleteInstanceProfile RemoveRoleFromInstanceProfile',
    'TagInstanceProfile UntagInstanceProfile ListInstanceProfileTags',
  ],
  policy: [
    'GetPolicy DeletePolicy ListEntitiesForPolicy TagPolicy UntagPolicy ListPolicyTags',
    'CreatePolicyVersion GetPolicyVersion ListPolicyVersions SetDefaultPolicyVersion DeletePolicyVersion',
  ],
  'oidc-provider': [
    'GetOpenIDConnectProvider DeleteOpenIDConnectProvider UpdateOpenIDConnectProviderThumbprint',
    'AddClientIDToOpenIDConnectProvider RemoveClientIDFromOpenIDConnectProvider',
    'TagOpenIDConnectProvider UntagOpenIDConnectProvider ListOpenIDConnectProviderTags',
  ],
};
const ENTITIES = Object.keys(ABOUT) as Entity[];
const namesOf = (entity: Entity): string[] => ABOUT[entity].flatMap((line) => line.split(' '));

export const IAM_TABLE: Table = {
  CreateUser: making('user', 'iam:TagUser'),
  CreateGroup: making('group'),
  CreateRole: making('role', 'iam:TagRole'),
  CreateInstanceProfile: making('instance-profile', 'iam:TagInstanceProfile'),
  CreatePolicy: making('policy', 'iam:TagPolicy'),
  CreateOpenIDConnectProvider: making('oidc-provider', 'iam:TagOpenIDConnectProvider'),
  UpdateUser: renaming('user', 'NewUserName'),
  UpdateGroup: renaming('group', 'NewGroupName'),
  AddRoleToInstanceProfile: adding,
  SimulatePrincipalPolicy: aboutSource,
  GetContextKeysForPrincipalPolicy: aboutSource,
  ...Object.fromEntries(
    [
      'ListUsers ListGroups ListRoles ListInstanceProfiles ListPolicies ListOpenIDConnectProviders',
      'ListVirtualMFADevices GetAccessKeyLastUsed SimulateCustomPolicy GetContextKeysForCustomPolicy',
    ]
      .flatMap((line) => line.split(' '))
      .map((name) => [name, EVERYTHING]),
  ),
  ...Object.fromEntries(
    ENTITIES.flatMap((entity) => namesOf(entity).map((name) => [name, about(entity)] as const)),
  ),
};

/** Which of them an operation is about, where only the store knows its path. */
const LOOKED_UP: ReadonlyMap<string, 'user' | 'group' | 'role' | 'instance-profile'> = new Map([
  ...(['user', 'group', 'role', 'instance-profile'] as const).flatMap((entity) =>
    namesOf(entity).map((name) => [name, entity] as const),
  ),
  ['UpdateUser', 'user'] as const,
  ['UpdateGroup', 'group'] as const,
  ['AddRoleToInstanceProfile', 'instance-profile'] as const,
]);

/** What a request names: looked up for its path, and its boundary. `role`: the one that is put into a profile. */
export const iamEntity = (
  operation: string,
  input: unknown,
):
  | { entity: 'user' | 'group' | 'role' | 'instance-profile'; name: string | undefined; role?: string }
  | undefined => {
  const entity = LOOKED_UP.get(operation);
  if (!entity) return undefined;
  const role = operation === 'AddRoleToInstanceProfile' ? textAt(input, 'RoleName') : undefined;
  return { entity, name: textAt(input, MEMBER[entity]), ...(role !== undefined && { role }) };
};

/** What each makes. */
const MAKES: ReadonlyMap<string, Entity> = new Map([
  ...ENTITIES.filter((entity) => !/-/.test(entity)).map(
    (entity) => [`Create${entity[0]!.toUpperCase()}${entity.slice(1)}`, entity] as const,
  ),
  ['CreateInstanceProfile', 'instance-profile'] as const,
  ['CreateOpenIDConnectProvider', 'oidc-provider'] as const,
]);

const ENTITY_OF: ReadonlyMap<string, Entity> = new Map([
  ...ENTITIES.flatMap((entity) => namesOf(entity).map((name) => [name, entity] as const)),
  ...LOOKED_UP,
]);

/** What a request says that is about (or makes) what a person names: by its ARN, by `user/lab/ann`, or by its name. */
export const iamNamed = (
  { partition, account }: Account,
  operation: string,
  given: string,
): Readonly<Record<string, string>> => {
  const makes = MAKES.get(operation);
  const entity = makes ?? ENTITY_OF.get(operation);
  if (entity === undefined) return /Principal/.test(operation) ? { PolicySourceArn: given } : {};
  const place = given.replace(/^arn:[^:]*:iam::\d*:/, '').replace(new RegExp(`^${entity}/`), '');
  if (entity === 'oidc-provider' || (entity === 'policy' && !makes)) {
    const arn = given.startsWith('arn:') ? given : `arn:${partition}:iam::${account}:${entity}/${place}`;
    return makes ? { Url: `https://${place}` } : { [MEMBER[entity]]: arn };
  }
  const name = place.slice(place.lastIndexOf('/') + 1);
  const path = place.slice(0, -name.length);
  const member = entity === 'policy' ? 'PolicyName' : MEMBER[entity];
  return { [member]: name, ...(makes && path !== '' && { Path: `/${path}` }) };
};
