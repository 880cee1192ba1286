import { builtIn } from '../auth/built-in-policies.ts';
import { compile, type Policy } from '../auth/policy/compile.ts';
import { type DocumentKind, readDocument } from '../auth/policy/document.ts';
import type { Rights } from '../auth/policy/evaluate.ts';
import { unseal } from '../auth/seal.ts';
import type { Account } from '../domain/arn.ts';
import { isRefusal } from '../domain/refusal.ts';
import type { Log } from '../lib/logger.ts';
import { accessTagsOf, attachedTo, inlineOf } from '../store/access/held-policies.ts';
import { activeKeyIds, keyById } from '../store/access/keys.ts';
import { documentInForce } from '../store/access/policies.ts';
import type { KeyRow, Owner, UserRow } from '../store/access/rows.ts';
import { groupsOf, userBySeq } from '../store/access/users.ts';
import type { Store, Tx } from '../store/store.ts';

/** A user that may sign, and what it may do. */
export interface Principal {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly arn: string;
  /** `AIDA…`. */
  readonly id: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly rights: Rights;
  /** Whether any of its policies looks at tags of resources. */
  readonly readsTags: boolean;
  /** Whether any looks at who submitted a job. */
  readonly readsOwners: boolean;
}

interface Parts {
  readonly store: Store;
  readonly account: Account;
  readonly sealingKey: string;
  readonly log: Log;
}

const MOST = 2_000;

/** Who signs with which key, with policies compiled, until the next change of any user, key, group or policy. */
export class Principals {
  private readonly known = new Map<string, Principal>();
  /** Of all keys that may sign: who guesses at keys reads no row. */
  private ids: ReadonlySet<string> | undefined;
  private changes = 0;

  /** Call it from `tx.onCommit` of each change (rule A-019). */
  forget(): void {
    this.changes++;
    this.known.clear();
    this.ids = undefined;
  }

  /** Undefined for a key that is unknown or inactive. */
  async find(parts: Parts, accessKeyId: string): Promise<Principal | undefined> {
    const known = this.known.get(accessKeyId);
    if (known) return known;
    const { changes } = this;
    const ids = this.ids ?? (await parts.store.read(activeKeyIds));
    if (changes === this.changes) this.ids = ids;
    if (!ids.has(accessKeyId)) return undefined;
    const found = await parts.store.read((tx) => load(parts, tx, accessKeyId));
    // what was read before a change is not kept after it
    if (found && changes === this.changes) {
      if (this.known.size >= MOST) this.known.clear();
      this.known.set(accessKeyId, found);
    }
    return found;
  }
}

const load = async (parts: Parts, tx: Tx, accessKeyId: string): Promise<Principal | undefined> => {
  const key = await keyById(tx, accessKeyId);
  const user = key?.active === 1 ? await userBySeq(tx, key.owner) : undefined;
  if (!key || !user) return undefined;
  const secret = opened(parts, key);
  if (secret === undefined) return undefined;
  const { account } = parts;
  const texts: string[] = [];
  const rights = await rightsOf(tx, user, texts);
  const tags = await accessTagsOf(tx, { kind: 'user', seq: user.seq });
  return {
    accessKeyId,
    secret,
    arn: `arn:${account.partition}:iam::${account.account}:user${user.path}${user.name}`,
    id: user.id,
    name: user.name,
    tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    rights,
    readsTags: texts.some((text) => /resourcetag\//i.test(text)),
    readsOwners: texts.some((text) => /longshore:jobowner/i.test(text)),
  };
};

/** Undefined where the folder's sealing key is not the one it was sealed with: such a key is as good as unknown. */
const opened = ({ sealingKey, log }: Parts, { id, sealed }: KeyRow): string | undefined => {
  try {
    return unseal(sealingKey, id, sealed);
  } catch {
    log.error({ accessKeyId: id }, 'a key cannot be opened with the sealing key of the data folder');
    return undefined;
  }
};

/** Its own policies and its groups' (rule A-104); `texts` is given all of them. */
const rightsOf = async (tx: Tx, user: UserRow, texts: string[]): Promise<Rights> => {
  const owners: Owner[] = [
    { kind: 'user', seq: user.seq },
    ...(await groupsOf(tx, user.seq)).map(({ seq }) => ({ kind: 'group', seq }) as const),
  ];
  const read = (text: string, kind: DocumentKind, arn?: string): Policy => {
    texts.push(text);
    const document = readDocument(text, kind);
    if (isRefusal(document)) throw new Error(`a policy of ${user.id} cannot be read: ${document.message}`);
    return compile(document, arn);
  };
  const identity: Policy[] = [];
  const attached = new Set<string>();
  for (const owner of owners) {
    for (const { document } of await inlineOf(tx, owner)) identity.push(read(document, 'inline'));
    for (const arn of await attachedTo(tx, owner)) attached.add(arn);
  }
  for (const arn of attached) {
    const document = builtIn(arn) ?? (await documentInForce(tx, arn));
    if (document !== undefined) identity.push(read(document, 'managed', arn));
  }
  if (user.boundary === null) return { identity };
  const bound = builtIn(user.boundary) ?? (await documentInForce(tx, user.boundary));
  return { identity, boundary: bound === undefined ? 'gone' : read(bound, 'managed', user.boundary) };
};
