import { checkInput, type Input, NEW_ROLE, tagsIn, textOf } from '../../domain/access-input.ts';
import { NO_LIMITS } from '../../domain/own-limits.ts';
import { isRefusal, type Refusal } from '../../domain/refusal.ts';
import type { Operation, Service } from '../../service/service.ts';
import {
  accessTagsOf,
  attachedTo,
  dropAccessTags,
  inlineOf,
  setAccessTag,
} from '../../store/access/held-policies.ts';
import {
  deleteRoleRow,
  insertRole,
  pageOfRoles,
  profilesWith,
  roleNamed,
  updateRoleRow,
} from '../../store/access/roles.ts';
import { fold, type RoleRow } from '../../store/access/rows.ts';
import { deleteSessionsOf } from '../../store/access/sessions.ts';
import type { Tx } from '../../store/store.ts';
import { shownTags } from './access-tags.ts';
import { boundaryFor, shownBoundary } from './boundaries.ts';
import { changing, findRole } from './found.ts';
import { encoded } from './inline-policies.ts';
import { cut, pageIn, timeOf } from './input.ts';
import { entityArn, uniqueId } from './names.ts';
import { exists, mustFirst, quota } from './refusals.ts';
import { shownTrust, trustFor } from './trust.ts';

/** A role without what is asked of it alone. */
export const shownRole = async (service: Service, tx: Tx, role: RoleRow) => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: entityArn(service.account, 'role', role),
  CreateDate: timeOf(role.created_at),
  AssumeRolePolicyDocument: encoded(await shownTrust(service, tx, role)),
  ...(role.description !== null && { Description: role.description }),
  MaxSessionDuration: role.max_session_seconds,
});

const detailOf = async (service: Service, tx: Tx, role: RoleRow) => {
  const tags = await accessTagsOf(tx, { kind: 'role', seq: role.seq });
  return {
    ...(await shownRole(service, tx, role)),
    ...shownBoundary(role.boundary),
    ...(tags.length > 0 && { Tags: shownTags(tags) }),
  };
};

/** In an account. */
const MOST_ROLES = 1000;
/** Rule A-035. In seconds. */
const USUAL_SESSION = 3600;

const sessionSecondsIn = (input: Input): number =>
  Number(textOf(input, 'MaxSessionDuration') ?? USUAL_SESSION);

export const createRole: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['RoleName', 'AssumeRolePolicyDocument'], NEW_ROLE);
  if (wrong) return wrong;
  const tags = tagsIn(input);
  if (isRefusal(tags)) return tags;
  const name = textOf(input, 'RoleName')!;
  return changing(service, async (tx) => {
    if (await roleNamed(tx, name)) return exists('Role', name);
    if ((await pageOfRoles(tx, { pathPrefix: '', after: '', limit: MOST_ROLES })).length >= MOST_ROLES)
      return quota('RolesPerAccount', MOST_ROLES);
    const trust = await trustFor(service, tx, textOf(input, 'AssumeRolePolicyDocument')!);
    if (isRefusal(trust)) return trust;
    const boundary = await boundaryFor(service, tx, textOf(input, 'PermissionsBoundary'));
    if (isRefusal(boundary)) return boundary;
    const row = { ...trust, boundary, ...newRow(service, input, name) };
    const seq = await insertRole(tx, row);
    for (const tag of tags) await setAccessTag(tx, { kind: 'role', seq }, tag);
    return { Role: await detailOf(service, tx, { ...row, ...NO_LIMITS, seq, folded: fold(name) }) };
  });
};

const newRow = (service: Service, input: Input, name: string) => ({
  name,
  path: textOf(input, 'Path') ?? '/',
  id: uniqueId('AROA', service.ids),
  description: textOf(input, 'Description') ?? null,
  max_session_seconds: sessionSecondsIn(input),
  created_at: service.clock.wall(),
});

export const getRole: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['RoleName']);
  if (wrong) return wrong;
  return service.store.read(async (tx) => {
    const role = await findRole(tx, input);
    return isRefusal(role) ? role : { Role: await detailOf(service, tx, role) };
  });
};

export const listRoles: Operation<Input> = async (service, input) => {
  const page = checkInput(input, []) ?? pageIn(input);
  if (isRefusal(page)) return page;
  const pathPrefix = textOf(input, 'PathPrefix') ?? '/';
  return service.store.read(async (tx) => {
    const rows = await pageOfRoles(tx, { pathPrefix, after: page.after, limit: page.limit + 1 });
    const { shown, rest } = cut(rows, page, ({ folded }) => folded);
    const Roles = [];
    for (const role of shown) Roles.push(await shownRole(service, tx, role));
    return { Roles, ...rest };
  });
};

/** Changes what `change` makes of the role's row. */
const updating = async <T>(
  service: Service,
  input: Input,
  change: (role: RoleRow, tx: Tx) => RoleRow | Promise<RoleRow | Refusal>,
  answer: (tx: Tx, role: RoleRow) => Promise<T>,
): Promise<T | Refusal> =>
  changing(service, async (tx) => {
    const role = await findRole(tx, input);
    if (isRefusal(role)) return role;
    const changed = await change(role, tx);
    if (isRefusal(changed)) return changed;
    await updateRoleRow(tx, changed);
    return answer(tx, changed);
  });

/** Of what is absent the description stays; the longest session is an hour again. */
export const updateRole: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['RoleName']);
  if (wrong) return wrong;
  const change = (role: RoleRow): RoleRow => ({
    ...role,
    description: textOf(input, 'Description') ?? role.description,
    max_session_seconds: sessionSecondsIn(input),
  });
  return updating(service, input, change, async () => ({}));
};

export const updateRoleDescription: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['RoleName', 'Description']);
  if (wrong) return wrong;
  const change = (role: RoleRow): RoleRow => ({ ...role, description: textOf(input, 'Description')! });
  return updating(service, input, change, async (tx, role) => ({ Role: await detailOf(service, tx, role) }));
};

export const updateAssumeRolePolicy: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['RoleName', 'PolicyDocument']);
  if (wrong) return wrong;
  const change = async (role: RoleRow, tx: Tx) => {
    const trust = await trustFor(service, tx, textOf(input, 'PolicyDocument')!);
    return isRefusal(trust) ? trust : { ...role, ...trust };
  };
  return updating(service, input, change, async () => undefined);
};

/** What a role still has keeps it (rule A-045). */
const whatKeeps = async (tx: Tx, { seq }: RoleRow): Promise<Refusal | undefined> => {
  const owner = { kind: 'role', seq } as const;
  if ((await inlineOf(tx, owner)).length > 0) return mustFirst('delete policies');
  if ((await attachedTo(tx, owner)).length > 0) return mustFirst('detach all policies');
  return (await profilesWith(tx, seq, '', 1)).length > 0
    ? mustFirst('remove roles from instance profile')
    : undefined;
};

/** Its sessions end with it (rule A-073). */
export const deleteRole: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['RoleName']);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const role = await findRole(tx, input);
    if (isRefusal(role)) return role;
    const kept = await whatKeeps(tx, role);
    if (kept) return kept;
    await deleteRoleRow(tx, role.seq);
    await dropAccessTags(tx, { kind: 'role', seq: role.seq });
    await deleteSessionsOf(tx, { owner_kind: 'role', owner: role.seq });
    return undefined;
  });
};
