import { listAt, MOST_TAGS, textAt, textsAt } from './members.ts';
import { type Asking, asks, type Entry, type Question, type Table } from './question.ts';
import { ANY } from './resources.ts';

/* IAM: about the entity that is named, with its path. Rules. */

type Entity = 'user' | 'group' | 'policy';
const MEMBER = { user: 'UserName', group: 'GroupName', policy: 'PolicyArn' } as const;

const EVERYTHING: Entry = { kind: 'everything' };

/** The tags of a request of the query protocol are a list. */
const tagsOf = (input: unknown): Question['context'] => {
  const tags = listAt(input, 'Tags')
    .slice(0, MOST_TAGS + 1)
    .flatMap((tag) => {
      const key = textAt(tag, 'Key');
      return key === undefined ? [] : [[key, textAt(tag, 'Value') ?? ''] as const];
    });
  const keys = [...tags.map(([key]) => key), ...textsAt(input, 'TagKeys')];
  return {
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(keys.length > 0 && { 'aws:TagKeys': keys }),
  };
};

/** A member counts only where the operation takes it: whoever asks may send any. */
const SETS_BOUNDARY = ['CreateUser', 'PutUserPermissionsBoundary'];
const TAKES_TAGS = /^(?:Tag|Untag|CreateUser$|CreatePolicy$)/;
const TAKES_POLICY = /^(?:Attach|Detach)/;

const contextOf = ({ operation, input, found }: Asking): Question['context'] => {
  const boundary = SETS_BOUNDARY.includes(operation) ? textAt(input, 'PermissionsBoundary') : found.boundary;
  const policy = TAKES_POLICY.test(operation) ? textAt(input, 'PolicyArn') : undefined;
  return {
    ...(TAKES_TAGS.test(operation) && tagsOf(input)),
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
  return entity === 'policy' || name === undefined ? (name ?? ANY) : arnAt(asking, entity, '/', name);
};

const about = (entity: Entity): Entry => ({
  kind: 'own',
  questions: (asking) => [asks(`iam:${asking.operation}`, [entityArn(entity, asking)], contextOf(asking))],
});

/** With tags it asks to tag, too. */
const making = (entity: Entity, tags?: 'iam:TagUser' | 'iam:TagPolicy'): Entry => ({
  kind: 'own',
  questions: (asking) => {
    const { input, operation } = asking;
    const name = textAt(input, entity === 'policy' ? 'PolicyName' : MEMBER[entity]);
    const arn = name === undefined ? ANY : arnAt(asking, entity, textAt(input, 'Path') ?? '/', name);
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

const [user, group, policy] = [about('user'), about('group'), about('policy')];

export const IAM_TABLE: Table = {
  CreateUser: making('user', 'iam:TagUser'),
  CreateGroup: making('group'),
  CreatePolicy: making('policy', 'iam:TagPolicy'),
  UpdateUser: renaming('user', 'NewUserName'),
  UpdateGroup: renaming('group', 'NewGroupName'),
  ListUsers: EVERYTHING,
  ListGroups: EVERYTHING,
  ListPolicies: EVERYTHING,
  ListVirtualMFADevices: EVERYTHING,
  GetAccessKeyLastUsed: EVERYTHING,
  ...Object.fromEntries(
    [
      'GetUser DeleteUser TagUser UntagUser ListUserTags PutUserPermissionsBoundary DeleteUserPermissionsBoundary',
      'CreateAccessKey ListAccessKeys UpdateAccessKey DeleteAccessKey ListGroupsForUser',
      'PutUserPolicy GetUserPolicy DeleteUserPolicy ListUserPolicies',
      'AttachUserPolicy DetachUserPolicy ListAttachedUserPolicies',
      'ListMFADevices ListSSHPublicKeys ListSigningCertificates ListServiceSpecificCredentials GetLoginProfile DeleteLoginProfile',
    ]
      .flatMap((line) => line.split(' '))
      .map((name) => [name, user]),
  ),
  ...Object.fromEntries(
    [
      'GetGroup DeleteGroup AddUserToGroup RemoveUserFromGroup',
      'PutGroupPolicy GetGroupPolicy DeleteGroupPolicy ListGroupPolicies',
      'AttachGroupPolicy DetachGroupPolicy ListAttachedGroupPolicies',
    ]
      .flatMap((line) => line.split(' '))
      .map((name) => [name, group]),
  ),
  ...Object.fromEntries(
    [
      'GetPolicy DeletePolicy ListEntitiesForPolicy TagPolicy UntagPolicy ListPolicyTags',
      'CreatePolicyVersion GetPolicyVersion ListPolicyVersions SetDefaultPolicyVersion DeletePolicyVersion',
    ]
      .flatMap((line) => line.split(' '))
      .map((name) => [name, policy]),
  ),
};

/** What a request names: looked up for its path, and a user's boundary. */
export const iamEntity = (
  operation: string,
  input: unknown,
): { entity: 'user' | 'group'; name: string | undefined } | undefined => {
  if (!Object.hasOwn(IAM_TABLE, operation)) return undefined;
  const entry = IAM_TABLE[operation];
  if (entry === user || operation === 'UpdateUser')
    return { entity: 'user', name: textAt(input, 'UserName') };
  return entry === group || operation === 'UpdateGroup'
    ? { entity: 'group', name: textAt(input, 'GroupName') }
    : undefined;
};
