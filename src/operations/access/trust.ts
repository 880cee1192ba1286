import { readDocument } from '../../auth/policy/document.ts';
import { arnsTrusted, renamedIn } from '../../auth/policy/trusted.ts';
import { MOST_CHARACTERS, sizeOf } from '../../domain/access-input.ts';
import { isRefusal, Refusal } from '../../domain/refusal.ts';
import type { Service } from '../../service/service.ts';
import { roleById, roleNamed } from '../../store/access/roles.ts';
import type { RoleRow } from '../../store/access/rows.ts';
import { userById, userNamed } from '../../store/access/users.ts';
import type { Tx } from '../../store/store.ts';
import { entityArn, sessionArn, userArn } from './names.ts';
import { quota } from './refusals.ts';

/** A trust policy as it is kept: its text, and whom its ARNs mean (rules ). */
export const trustFor = async (
  service: Service,
  tx: Tx,
  text: string,
): Promise<Pick<RoleRow, 'trust' | 'trusted_ids'> | Refusal> => {
  const document = readDocument(text, 'trust');
  if (isRefusal(document)) return document;
  if (sizeOf(text) > MOST_CHARACTERS.trust) return quota('ACLSizePerRole', MOST_CHARACTERS.trust);
  const ids: Record<string, string> = {};
  for (const arn of arnsTrusted(document)) {
    const id = await idOf(service, tx, arn);
    if (id === 'unknown')
      return new Refusal('MalformedPolicyDocument', 400, `Invalid principal in policy: "AWS":"${arn}"`);
    if (id !== 'elsewhere') ids[arn] = id.id;
  }
  return { trust: text, trusted_ids: JSON.stringify(ids) };
};

/** `elsewhere`: of another account, whom nobody here is, or an account itself. */
const idOf = async (
  { account }: Service,
  tx: Tx,
  arn: string,
): Promise<{ readonly id: string } | 'unknown' | 'elsewhere'> => {
  const [, owner, kind = '', rest = ''] =
    /^arn:[^:]+:(?:iam|sts)::(\d{12}):([^/]+)(?:\/(.*))?$/.exec(arn) ?? [];
  if (owner !== account.account || kind === 'root') return 'elsewhere';
  if (kind === 'assumed-role') {
    const [roleName = '', session = ''] = rest.split('/');
    const role = await roleNamed(tx, roleName);
    return role && sessionArn(account, role, session) === arn ? { id: `${role.id}:${session}` } : 'unknown';
  }
  const name = rest.slice(rest.lastIndexOf('/') + 1);
  const named = kind === 'user' ? await userNamed(tx, name) : await roleNamed(tx, name);
  const known = named && (kind === 'user' ? userArn(account, named) : entityArn(account, 'role', named));
  return known === arn ? { id: named!.id } : 'unknown';
};

/** A role's trust policy as it is shown: whoever is gone by its id, whoever has another name by that. */
export const shownTrust = async (service: Service, tx: Tx, role: RoleRow): Promise<string> => {
  const names = new Map<string, string>();
  for (const [arn, id] of Object.entries(JSON.parse(role.trusted_ids) as Record<string, string>)) {
    const now = await arnOf(service, tx, id);
    if (now !== arn) names.set(arn, now ?? id);
  }
  return renamedIn(role.trust, names);
};

const arnOf = async ({ account }: Service, tx: Tx, id: string): Promise<string | undefined> => {
  const [unique = '', session] = id.split(':');
  if (unique.startsWith('AIDA')) {
    const user = await userById(tx, unique);
    return user && userArn(account, user);
  }
  const role = await roleById(tx, unique);
  return (
    role && (session === undefined ? entityArn(account, 'role', role) : sessionArn(account, role, session))
  );
};
