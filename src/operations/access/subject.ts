import type { Principal } from '../../service/principal.ts';
import { type Held, rightsOfGroup, rightsOfRole, rightsOfUser } from '../../service/rights.ts';
import type { Service } from '../../service/service.ts';
import { roleNamed } from '../../store/access/roles.ts';
import { groupNamed, userNamed } from '../../store/access/users.ts';
import type { Tx } from '../../store/store.ts';
import { entityArn, groupArn, userArn } from './names.ts';

/** Somebody who is asked about, and asks nothing itself now. */
export interface Subject {
  readonly arn: string;
  readonly held: Held;
  /** As whom it would ask; a group asks nothing. */
  readonly principal?: Principal;
}

/**
 * A user, group or role by its ARN, by `role/lab/night`, or a user by its name alone; undefined where there is none, or it has
 * another path or account than the one that is told.
 */
export const subjectNamed = async (service: Service, tx: Tx, given: string): Promise<Subject | undefined> => {
  const place = given.replace(/^arn:[^:]*:iam::\d*:/, '');
  const [, kind = 'user', path, name = place] = /^(user|group|role)\/(.*\/)?([^/]+)$/.exec(place) ?? [];
  const subject = await byKind(service, tx, kind, name);
  if (!subject) return undefined;
  const isMeant = given.startsWith('arn:')
    ? subject.arn === given
    : path === undefined || subject.arn.includes(`:${kind}/${path}`);
  return isMeant ? subject : undefined;
};

const byKind = async (service: Service, tx: Tx, kind: string, name: string): Promise<Subject | undefined> => {
  const { account } = service;
  if (kind === 'group') {
    const group = await groupNamed(tx, name);
    return group && { arn: groupArn(account, group), held: await rightsOfGroup(tx, group) };
  }
  if (kind === 'role') {
    const role = await roleNamed(tx, name);
    if (!role) return undefined;
    const arn = entityArn(account, 'role', role);
    const who = { kind: 'role', role: { arn, id: role.id }, doc: {} } as const;
    const now = service.clock.wall();
    const temporary = { token: '', issuedAt: now, expiresAt: now };
    // what a session is called nobody knows before there is one
    return asking({ arn, id: `${role.id}:`, who, temporary }, await rightsOfRole(tx, role, new Map()));
  }
  const user = await userNamed(tx, name);
  if (!user) return undefined;
  const who = { kind: 'user', seq: user.seq, name: user.name } as const;
  return asking({ arn: userArn(account, user), id: user.id, who }, await rightsOfUser(tx, user, new Map()));
};

const asking = (of: Pick<Principal, 'arn' | 'id' | 'who' | 'temporary'>, held: Held): Subject => {
  const { rights, tags, readsTags, readsOwners } = held;
  const principal = { ...of, accessKeyId: '', secret: '', rights, tags, readsTags, readsOwners };
  return { arn: of.arn, held, principal };
};
