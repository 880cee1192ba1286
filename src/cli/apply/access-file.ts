import { limitedIn } from '../../domain/own-limits.ts';
import type { Json, JsonObject } from './json.ts';

/*
 * What `access apply` makes true and `access export` writes: users, groups, roles, policies, issuers of identities, and limits of
 * single ones (rule A-230). No secret is in it, nor the id of a key.
 */

export interface AccessFile {
  readonly policies: readonly PolicySaid[];
  readonly groups: readonly GroupSaid[];
  readonly users: readonly UserSaid[];
  readonly roles: readonly RoleSaid[];
  readonly providers: readonly ProviderSaid[];
  readonly limits: readonly LimitSaid[];
}

export type Section = keyof AccessFile;

interface Named {
  readonly name: string;
  /** `/` without one. */
  readonly path?: string;
}

export type Tags = Readonly<Record<string, string>>;

/** As IAM takes them. */
export const tagsListed = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** What users, groups and roles have. */
export interface HeldSaid {
  /** Managed policies: names of the account's own, of those that are built in, or ARNs. */
  readonly policies?: readonly string[];
  /** Documents of its own, by name. */
  readonly inline?: Readonly<Record<string, JsonObject>>;
  readonly tags?: Tags;
  /** The policy that bounds it, named likewise. */
  readonly boundary?: string;
}

export interface UserSaid extends Named, HeldSaid {
  readonly groups?: readonly string[];
}

export interface GroupSaid extends Named, Pick<HeldSaid, 'policies' | 'inline'> {}

export interface RoleSaid extends Named, HeldSaid {
  readonly trust: JsonObject;
  readonly description?: string;
  /** In seconds. */
  readonly maxSession?: number;
}

export interface PolicySaid extends Named {
  readonly document: JsonObject;
  readonly description?: string;
  readonly tags?: Tags;
}

export interface ProviderSaid {
  readonly url: string;
  readonly clientIds?: readonly string[];
}

export interface LimitSaid {
  /** A user, `role/NAME` or `queue/NAME`. */
  readonly name: string;
  /** Requests a second, `50/s`. */
  readonly rate?: string;
  readonly burst?: number;
  /** Of those that have not finished. */
  readonly jobs?: number;
}

/** Names of users and roles have no case, those of queues have. */
export const keyOfLimit = (given: string): string => {
  const { kind, name } = limitedIn(given);
  return kind === 'queue' ? `queue/${name}` : `${kind}/${name.toLowerCase()}`;
};

/** Another kind before the slash, or an ARN, would be taken for a user's name. */
export const isLimitName = (given: string): boolean => /^[\w+=,.@-]+$/.test(limitedIn(given).name);

/** What a member holds: `!` where it must be there. */
type Kind = 'text' | 'words' | 'number' | 'texts' | 'document' | 'documents' | 'tags';
type Member = Kind | `${Kind}!`;

const HELD = { policies: 'texts', inline: 'documents' } as const;
const OWNED = { ...HELD, tags: 'tags', boundary: 'text' } as const;

export const MEMBERS: Readonly<Record<Section, Readonly<Record<string, Member>>>> = {
  policies: { name: 'text!', path: 'text', description: 'words', document: 'document!', tags: 'tags' },
  groups: { name: 'text!', path: 'text', ...HELD },
  users: { name: 'text!', path: 'text', groups: 'texts', ...OWNED },
  roles: {
    ...{ name: 'text!', path: 'text', trust: 'document!', description: 'words', maxSession: 'number' },
    ...OWNED,
  },
  providers: { url: 'text!', clientIds: 'texts' },
  limits: { name: 'text!', rate: 'text', burst: 'number', jobs: 'number' },
};

export const SECTIONS = Object.keys(MEMBERS) as Section[];

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: Json): boolean => typeof value === 'string' && value !== '';

/** What a value should be, where it is not. */
export const notOf = (kind: Kind, value: Json): string | undefined => {
  switch (kind) {
    case 'text':
      return isText(value) ? undefined : 'a text is expected here';
    case 'words':
      return typeof value === 'string' ? undefined : 'a text is expected here';
    case 'number':
      return Number.isInteger(value) && Number(value) >= 1
        ? undefined
        : 'a whole number of at least 1 is expected here';
    case 'texts':
      return Array.isArray(value) && value.every(isText) ? undefined : 'a list of texts is expected here';
    case 'document':
      return isObject(value) ? undefined : 'a policy document is expected here';
    case 'documents':
      return isObject(value) && Object.values(value).every(isObject)
        ? undefined
        : 'policy documents by their names are expected here';
    case 'tags':
      return isObject(value) && Object.values(value).every((one) => typeof one === 'string')
        ? undefined
        : 'texts by their keys are expected here';
  }
};
