import { builtIn } from '../auth/built-in-policies.ts';
import { compile, type Policy } from '../auth/policy/compile.ts';
import { readDocument } from '../auth/policy/document.ts';
import type { Rights } from '../auth/policy/evaluate.ts';
import { isRefusal } from '../domain/refusal.ts';
import { accessTagsOf, attachedTo, inlineOf } from '../store/access/held-policies.ts';
import { documentInForce, policyByArn } from '../store/access/policies.ts';
import type { GroupRow, Owner, RoleRow, SessionDoc, UserRow } from '../store/access/rows.ts';
import { groupsOf } from '../store/access/users.ts';
import type { Tx } from '../store/store.ts';

/** What a user or a role has: its policies compiled, and its tags. */
export interface Held {
  /** Whose it is: `user 5`. */
  readonly owner: string;
  readonly rights: Rights;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether any of its policies looks at tags of resources. */
  readonly readsTags: boolean;
  /** Whether any looks at who submitted a job. */
  readonly readsOwners: boolean;
  /** Where its policies come from. */
  readonly sources: readonly Read[];
}

/** What is known of owners already. */
export type KnownHeld = ReadonlyMap<string, Held>;

/** Its own policies and its groups' (rule A-104). */
export const rightsOfUser = async (tx: Tx, user: UserRow, known: KnownHeld): Promise<Held> => {
  const self = { kind: 'user', seq: user.seq } as const;
  const groups = async () =>
    (await groupsOf(tx, user.seq)).map(({ seq }) => ({ kind: 'group', seq }) as const);
  return known.get(nameOf(self)) ?? readHeld(tx, self, [self, ...(await groups())], user.boundary);
};

export const rightsOfRole = async (tx: Tx, role: RoleRow, known: KnownHeld): Promise<Held> => {
  const self = { kind: 'role', seq: role.seq } as const;
  return known.get(nameOf(self)) ?? readHeld(tx, self, [self], role.boundary);
};

export const rightsOfGroup = (tx: Tx, group: GroupRow): Promise<Held> => {
  const self = { kind: 'group', seq: group.seq } as const;
  return readHeld(tx, self, [self], null);
};

const nameOf = ({ kind, seq }: Owner): string => `${kind} ${seq}`;

const readHeld = async (
  tx: Tx,
  self: Owner,
  owners: readonly Owner[],
  boundary: string | null,
): Promise<Held> => {
  const identity = (await sourcesOf(tx, owners)).map(readOf);
  const bounds = boundary === null ? [] : (await sourcesOfManaged(tx, boundary)).map(readOf);
  const tags = await accessTagsOf(tx, self);
  return {
    owner: nameOf(self),
    rights: {
      identity: identity.map(({ policy }) => policy),
      ...(boundary !== null && { boundary: bounds[0]?.policy ?? 'gone' }),
    },
    tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    readsTags: [...identity, ...bounds].some(({ readsTags }) => readsTags),
    readsOwners: [...identity, ...bounds].some(({ readsOwners }) => readsOwners),
    sources: [...identity, ...bounds],
  };
};

/**
 * What the policies of a session leave of its role's rights. Those that are gone allow nothing, and one that has its
 * ARN since is another.
 */
export const cutRights = async (tx: Tx, held: Held, doc: SessionDoc): Promise<Held> => {
  const { policy, policyArns, policyIds } = doc;
  if (policy === undefined && policyArns === undefined) return held;
  const sources = policy === undefined ? [] : [{ id: 'Policy', type: 'none', text: policy } as const];
  const managed = [];
  for (const arn of policyArns ?? [])
    if ((await policyByArn(tx, arn))?.id === policyIds?.[arn])
      managed.push(...(await sourcesOfManaged(tx, arn)));
  const session = [...sources, ...managed].map(readOf);
  return {
    ...held,
    rights: { ...held.rights, session: session.map((one) => one.policy) },
    readsTags: held.readsTags || session.some(({ readsTags }) => readsTags),
    readsOwners: held.readsOwners || session.some(({ readsOwners }) => readsOwners),
  };
};

/** Tags over others, whose keys have no case (rule A-071). */
export const overlaid = (
  below: Readonly<Record<string, string>>,
  above: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const hidden = new Set(Object.keys(above).map((key) => key.toLowerCase()));
  const seen = Object.entries(below).filter(([key]) => !hidden.has(key.toLowerCase()));
  return { ...Object.fromEntries(seen), ...above };
};

/** A policy as it is kept, and where it comes from. */
export interface Source {
  readonly id: string;
  /** As simulations name it. */
  readonly type: 'user' | 'group' | 'role' | 'aws-managed' | 'user-managed' | 'none';
  readonly text: string;
  /** Of a managed one. */
  readonly arn?: string;
}

/** The inline policies of owners, and then what they have attached, each once. */
export const sourcesOf = async (tx: Tx, owners: readonly Owner[]): Promise<Source[]> => {
  const sources: Source[] = [];
  const attached = new Set<string>();
  for (const owner of owners) {
    const type = owner.kind as 'user' | 'group' | 'role';
    for (const { name, document } of await inlineOf(tx, owner))
      sources.push({ id: name, type, text: document });
    for (const arn of await attachedTo(tx, owner)) attached.add(arn);
  }
  for (const arn of attached) sources.push(...(await sourcesOfManaged(tx, arn)));
  return sources;
};

/** None where it grants nothing here, or is gone. */
export const sourcesOfManaged = async (tx: Tx, arn: string): Promise<Source[]> => {
  const own = builtIn(arn);
  const text = own ?? (await documentInForce(tx, arn));
  const id = arn.slice(arn.lastIndexOf('/') + 1);
  return text === undefined
    ? []
    : [{ id, type: own === undefined ? 'user-managed' : 'aws-managed', text, arn }];
};

/** A document, compiled. */
export interface Read extends Source {
  readonly policy: Policy;
  readonly readsTags: boolean;
  readonly readsOwners: boolean;
}

/** Throws where what was saved cannot be read. */
const readOf = (source: Source): Read => {
  const { text, arn } = source;
  const document = readDocument(text, arn === undefined ? 'inline' : 'managed');
  if (isRefusal(document)) throw new Error(`a policy that was saved cannot be read: ${document.message}`);
  return {
    ...source,
    policy: compile(document, arn),
    readsTags: /resourcetag\//i.test(text),
    readsOwners: /longshore:jobowner/i.test(text),
  };
};
