import { builtIn } from '../auth/built-in-policies.ts';
import { compile, type Policy } from '../auth/policy/compile.ts';
import { type DocumentKind, readDocument } from '../auth/policy/document.ts';
import type { Rights } from '../auth/policy/evaluate.ts';
import { isRefusal } from '../domain/refusal.ts';
import { accessTagsOf, attachedTo, inlineOf } from '../store/access/held-policies.ts';
import { documentInForce } from '../store/access/policies.ts';
import type { Owner, RoleRow, SessionDoc, UserRow } from '../store/access/rows.ts';
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
  readonly sources: readonly Source[];
}

export interface Source {
  readonly policy: Policy;
  /** The ARN of a managed one; of an inline one its name and whose it is. */
  readonly name: string;
  /** Its document, as it was sent. */
  readonly text: string;
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

const nameOf = ({ kind, seq }: Owner): string => `${kind} ${seq}`;

const readHeld = async (
  tx: Tx,
  self: Owner,
  owners: readonly Owner[],
  boundary: string | null,
): Promise<Held> => {
  const identity: Read[] = [];
  const attached = new Set<string>();
  for (const owner of owners) {
    for (const { name, document } of await inlineOf(tx, owner))
      identity.push(readOf(document, 'inline', `${name} of the ${owner.kind}`));
    for (const arn of await attachedTo(tx, owner)) attached.add(arn);
  }
  for (const arn of attached) identity.push(...(await managed(tx, arn)));
  const bounds = boundary === null ? [] : await managed(tx, boundary);
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

/** What the policies of a session leave of its role's rights; those that are gone allow nothing. */
export const cutRights = async (tx: Tx, held: Held, { policy, policyArns }: SessionDoc): Promise<Held> => {
  if (policy === undefined && policyArns === undefined) return held;
  const session = policy === undefined ? [] : [readOf(policy, 'inline', 'of the session')];
  for (const arn of policyArns ?? []) session.push(...(await managed(tx, arn)));
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

/** A document, compiled. */
interface Read extends Source {
  readonly readsTags: boolean;
  readonly readsOwners: boolean;
}

const readOf = (text: string, kind: DocumentKind, name: string): Read => {
  const document = readDocument(text, kind);
  if (isRefusal(document)) throw new Error(`a policy that was saved cannot be read: ${document.message}`);
  return {
    policy: compile(document, kind === 'managed' ? name : undefined),
    name,
    text,
    readsTags: /resourcetag\//i.test(text),
    readsOwners: /longshore:jobowner/i.test(text),
  };
};

/** None where it grants nothing here, or is gone. */
const managed = async (tx: Tx, arn: string): Promise<Read[]> => {
  const document = builtIn(arn) ?? (await documentInForce(tx, arn));
  return document === undefined ? [] : [readOf(document, 'managed', arn)];
};
