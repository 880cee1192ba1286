import { isSameText, sessionTokenOf, unseal } from '../auth/seal.ts';
import type { Account } from '../domain/arn.ts';
import { ownLimits } from '../domain/own-limits.ts';
import type { Log } from '../lib/logger.ts';
import { activeKeyIds, keyById } from '../store/access/keys.ts';
import { roleBySeq } from '../store/access/roles.ts';
import type { SessionDoc, SessionRow, UserRow } from '../store/access/rows.ts';
import { sessionById } from '../store/access/sessions.ts';
import { userBySeq } from '../store/access/users.ts';
import type { Store, Tx } from '../store/store.ts';
import type { Principal } from './principal.ts';
import { cutRights, type Held, type KnownHeld, overlaid, rightsOfRole, rightsOfUser } from './rights.ts';

interface Parts {
  readonly store: Store;
  readonly account: Account;
  readonly sealingKey: string;
  readonly log: Log;
}

const MOST = 2_000;

/** Who signs with which key, with policies compiled, until the next change of any user, key, group, role or policy. */
export class Principals {
  private readonly known = new Map<string, Principal>();
  /** What users and roles may do, by who they are: a role's sessions share it. */
  private readonly held = new Map<string, Held>();
  /** Of all keys that may sign and have no token: who guesses at keys reads no row. */
  private ids: ReadonlySet<string> | undefined;
  private changes = 0;
  /** Keys that could not be opened, and were told of. */
  private readonly told = new Set<string>();

  /** Call it from `tx.onCommit` of each change (rule A-019). */
  forget(): void {
    this.changes++;
    this.known.clear();
    this.held.clear();
    this.ids = undefined;
  }

  /** Undefined for a key that is unknown or inactive, and for one of a session without its token. */
  async find(parts: Parts, accessKeyId: string, token?: string): Promise<Principal | undefined> {
    const known = this.known.get(accessKeyId);
    if (known) return known;
    const { changes } = this;
    if (!(await this.mayBeThere(parts, accessKeyId, token))) return undefined;
    const found = await parts.store.read((tx) => load(parts, tx, accessKeyId, this.held));
    if (found === 'closed') this.tellOnce(parts, accessKeyId);
    if (found === 'closed' || !found) return undefined;
    // what was read before a change is not kept after it
    if (changes === this.changes) {
      if (this.known.size >= MOST) this.known.clear();
      this.known.set(accessKeyId, found.principal);
      if (found.whole) this.held.set(found.whole.owner, found.whole);
    }
    return found.principal;
  }

  private async mayBeThere(parts: Parts, accessKeyId: string, token: string | undefined): Promise<boolean> {
    if (isTemporary(accessKeyId))
      return token !== undefined && isSameText(token, sessionTokenOf(parts.sealingKey, accessKeyId));
    const { changes } = this;
    const ids = this.ids ?? (await parts.store.read(activeKeyIds));
    if (changes === this.changes) this.ids = ids;
    return ids.has(accessKeyId);
  }

  private tellOnce({ log }: Parts, accessKeyId: string): void {
    if (this.told.has(accessKeyId) || this.told.size >= MOST) return;
    this.told.add(accessKeyId);
    log.error({ accessKeyId }, 'a key cannot be opened with the sealing key of the data folder');
  }
}

interface Loaded {
  readonly principal: Principal;
  /** What its user or role has, before a session's policies cut it. */
  readonly whole?: Held;
}

/** `closed`: the folder's sealing key is not the one it was sealed with; such a key is as good as unknown. */
const load = async (
  { account, sealingKey }: Parts,
  tx: Tx,
  id: string,
  known: KnownHeld,
): Promise<Loaded | 'closed' | undefined> => {
  const row = isTemporary(id) ? await sessionById(tx, id) : await keyById(tx, id);
  if (!row) return undefined;
  const secret = opened(sealingKey, row);
  if (secret === undefined) return 'closed';
  const signing = { accessKeyId: id, secret };
  if (!('owner_kind' in row)) {
    const user = row.active === 1 ? await userBySeq(tx, row.owner) : undefined;
    return user && loaded(signing, await userPart(account, tx, user, known));
  }
  const { created_at: issuedAt, expires_at: expiresAt } = row;
  const temporary = { token: sessionTokenOf(sealingKey, id), issuedAt, expiresAt };
  const part = await sessionPart(account, tx, row, known);
  return part && loaded({ ...signing, temporary }, part);
};

const loaded = (
  signing: Pick<Principal, 'accessKeyId' | 'secret' | 'temporary'>,
  { whole, ...rest }: Part,
): Loaded => ({ principal: { ...signing, ...rest }, ...(whole && { whole }) });

const opened = (
  sealingKey: string,
  { id, sealed }: { readonly id: string; readonly sealed: string },
): string | undefined => {
  try {
    return unseal(sealingKey, id, sealed);
  } catch {
    return undefined;
  }
};

/** Its id says that a key has a token, and an end. */
const isTemporary = (accessKeyId: string): boolean => accessKeyId.startsWith('ASIA');

type Part = Omit<Principal, 'accessKeyId' | 'secret' | 'temporary'> & Pick<Loaded, 'whole'>;

const mayDo = ({ rights, tags, readsTags, readsOwners }: Held) => ({ rights, tags, readsTags, readsOwners });

const userPart = async (a: Account, tx: Tx, user: UserRow, known: KnownHeld): Promise<Part> => {
  const held = await rightsOfUser(tx, user, known);
  return {
    arn: `arn:${a.partition}:iam::${a.account}:user${user.path}${user.name}`,
    id: user.id,
    who: { kind: 'user', seq: user.seq, name: user.name },
    ...mayDo(held),
    limits: ownLimits(user),
    whole: held,
  };
};

const sessionPart = async (
  account: Account,
  tx: Tx,
  row: SessionRow,
  known: KnownHeld,
): Promise<Part | undefined> => {
  switch (row.owner_kind) {
    case 'root':
      return {
        arn: `arn:${account.partition}:iam::${account.account}:root`,
        id: account.account,
        who: { kind: 'root', key: row.name },
        tags: {},
        rights: { identity: [] },
        readsTags: false,
        readsOwners: false,
      };
    case 'user': {
      const user = await userBySeq(tx, row.owner);
      return user && userPart(account, tx, user, known);
    }
    case 'role':
      return rolePart(account, tx, row, known);
  }
};

const rolePart = async (a: Account, tx: Tx, row: SessionRow, known: KnownHeld): Promise<Part | undefined> => {
  const role = await roleBySeq(tx, row.owner);
  if (!role) return undefined;
  const doc = JSON.parse(row.doc) as SessionDoc;
  const held = await rightsOfRole(tx, role, known);
  const cut = await cutRights(tx, held, doc);
  return {
    arn: `arn:${a.partition}:sts::${a.account}:assumed-role/${role.name}/${row.name}`,
    id: `${role.id}:${row.name}`,
    who: {
      kind: 'role',
      role: { arn: `arn:${a.partition}:iam::${a.account}:role${role.path}${role.name}`, id: role.id },
      doc,
    },
    ...mayDo(cut),
    limits: ownLimits(role),
    tags: overlaid(held.tags, doc.tags ?? {}),
    whole: held,
  };
};
