import { memberAt, textAt, textsAt } from './members.ts';
import { type Asking, asks, type Entry, type Question, type Table } from './question.ts';
import { ANY } from './resources.ts';

/* IAM: about the entity that is named, with its path. Rules. */

type Entity = 'user' | 'group' | 'policy';
const MEMBER = { user: 'UserName', group: 'GroupName', policy: 'PolicyArn' } as const;

const EVERYTHING: Entry = { kind: 'everything' };

/** The tags of a request of the query protocol are a list. */
const tagsOf = (input: unknown): Question['context'] => {
  const list = memberAt(input, 'Tags');
  const tags = (Array.isArray(list) ? list : []).flatMap((tag) => {
    const key = textAt(tag, 'Key');
    return key === undefined ? [] : [[key, textAt(tag, 'Value') ?? ''] as const];
  });
  const keys = [...tags.map(([key]) => key), ...textsAt(input, 'TagKeys')];
  return {
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(keys.length > 0 && { 'aws:TagKeys': keys }),
  };
};

const contextOf = ({ input, found }: Asking): Question['context'] => {
  const boundary = textAt(input, 'PermissionsBoundary') ?? found.boundary;
  const policy = textAt(input, 'PolicyArn');
  return {
    ...tagsOf(input),
    ...(boundary !== undefined && { 'iam:PermissionsBoundary': boundary }),
    ...(policy !== undefined && { 'iam:PolicyARN': policy }),
  };
};

/** The ARN of what is there, else of what would be. */
const entityArn = (entity: Entity, { account, input, found }: Asking): string => {
  if (found.entity !== undefined) return found.entity;
  const name = textAt(input, MEMBER[entity]);
  if (entity === 'policy' || name === undefined) return name ?? ANY;
  return `arn:${account.partition}:iam::${account.account}:${entity}/${name}`;
};

const about = (entity: Entity): Entry => ({
  kind: 'own',
  questions: (asking) => [asks(`iam:${asking.operation}`, [entityArn(entity, asking)], contextOf(asking))],
});

const making = (entity: Entity, member: string): Entry => ({
  kind: 'own',
  questions: (asking) => {
    const { account, input, operation } = asking;
    const name = textAt(input, member);
    const path = textAt(input, 'Path') ?? '/';
    const arn =
      name === undefined ? ANY : `arn:${account.partition}:iam::${account.account}:${entity}${path}${name}`;
    return [asks(`iam:${operation}`, [arn], contextOf(asking))];
  },
});

const [user, group, policy] = [about('user'), about('group'), about('policy')];

export const IAM_TABLE: Table = {
  CreateUser: making('user', 'UserName'),
  CreateGroup: making('group', 'GroupName'),
  CreatePolicy: making('policy', 'PolicyName'),
  ListUsers: EVERYTHING,
  ListGroups: EVERYTHING,
  ListPolicies: EVERYTHING,
  ListVirtualMFADevices: EVERYTHING,
  GetAccessKeyLastUsed: EVERYTHING,
  ...Object.fromEntries(
    [
      'GetUser UpdateUser DeleteUser TagUser UntagUser ListUserTags PutUserPermissionsBoundary DeleteUserPermissionsBoundary',
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
      'GetGroup UpdateGroup DeleteGroup AddUserToGroup RemoveUserFromGroup',
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
  if (entry === user) return { entity: 'user', name: textAt(input, 'UserName') };
  return entry === group ? { entity: 'group', name: textAt(input, 'GroupName') } : undefined;
};
