import { checkInput, type Input, tagsIn, textOf } from '../../domain/access-input.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { Operation, Service } from '../../service/service.ts';
import { accessTagsOf, dropAccessTags, setAccessTag } from '../../store/access/held-policies.ts';
import {
  deleteProfileRow,
  insertProfile,
  pageOfProfiles,
  profileNamed,
  profilesWith,
  putRoleInProfile,
  roleBySeq,
} from '../../store/access/roles.ts';
import { fold, type ProfileRow } from '../../store/access/rows.ts';
import type { Tx } from '../../store/store.ts';
import { shownTags } from './access-tags.ts';
import { changing, findProfile, findRole } from './found.ts';
import { cut, pageIn, timeOf } from './input.ts';
import { entityArn, uniqueId } from './names.ts';
import { mustFirst, noRole, profileExists, quota } from './refusals.ts';
import { shownRole } from './roles.ts';

/* Instance profiles: what an environment names so that its instances have a role. */

const shownProfile = async (service: Service, tx: Tx, profile: ProfileRow) => {
  const role = profile.role === null ? undefined : await roleBySeq(tx, profile.role);
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: entityArn(service.account, 'instance-profile', profile),
    CreateDate: timeOf(profile.created_at),
    Roles: role ? [await shownRole(service, tx, role)] : [],
  };
};

const detailOf = async (service: Service, tx: Tx, profile: ProfileRow) => ({
  ...(await shownProfile(service, tx, profile)),
  Tags: shownTags(await accessTagsOf(tx, { kind: 'instance-profile', seq: profile.seq })),
});

/** In an account. */
const MOST_PROFILES = 1000;

export const createInstanceProfile: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['InstanceProfileName']);
  if (wrong) return wrong;
  const tags = tagsIn(input);
  if (isRefusal(tags)) return tags;
  const name = textOf(input, 'InstanceProfileName')!;
  return changing(service, async (tx) => {
    if (await profileNamed(tx, name)) return profileExists(name);
    const all = { pathPrefix: '', after: '', limit: MOST_PROFILES };
    if ((await pageOfProfiles(tx, all)).length >= MOST_PROFILES)
      return quota('InstanceProfilesPerAccount', MOST_PROFILES);
    const row = {
      name,
      path: textOf(input, 'Path') ?? '/',
      id: uniqueId('AIPA', service.ids),
      created_at: service.clock.wall(),
    };
    const seq = await insertProfile(tx, row);
    for (const tag of tags) await setAccessTag(tx, { kind: 'instance-profile', seq }, tag);
    return { InstanceProfile: await detailOf(service, tx, { ...row, seq, folded: fold(name), role: null }) };
  });
};

export const getInstanceProfile: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['InstanceProfileName']);
  if (wrong) return wrong;
  return service.store.read(async (tx) => {
    const profile = await findProfile(tx, input);
    return isRefusal(profile) ? profile : { InstanceProfile: await detailOf(service, tx, profile) };
  });
};

const shownAll = async (service: Service, tx: Tx, rows: readonly ProfileRow[]) => {
  const InstanceProfiles = [];
  for (const row of rows) InstanceProfiles.push(await shownProfile(service, tx, row));
  return { InstanceProfiles };
};

export const listInstanceProfiles: Operation<Input> = async (service, input) => {
  const page = checkInput(input, []) ?? pageIn(input);
  if (isRefusal(page)) return page;
  const pathPrefix = textOf(input, 'PathPrefix') ?? '/';
  return service.store.read(async (tx) => {
    const rows = await pageOfProfiles(tx, { pathPrefix, after: page.after, limit: page.limit + 1 });
    const { shown, rest } = cut(rows, page, ({ folded }) => folded);
    return { ...(await shownAll(service, tx, shown)), ...rest };
  });
};

export const listInstanceProfilesForRole: Operation<Input> = async (service, input) => {
  const page = checkInput(input, ['RoleName']) ?? pageIn(input);
  if (isRefusal(page)) return page;
  return service.store.read(async (tx) => {
    const role = await findRole(tx, input);
    if (isRefusal(role)) return role;
    const rows = await profilesWith(tx, role.seq, page.after, page.limit + 1);
    const { shown, rest } = cut(rows, page, ({ folded }) => folded);
    return { ...(await shownAll(service, tx, shown)), ...rest };
  });
};

export const deleteInstanceProfile: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['InstanceProfileName']);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const profile = await findProfile(tx, input);
    if (isRefusal(profile)) return profile;
    if (profile.role !== null) return mustFirst('remove roles from instance profile');
    await deleteProfileRow(tx, profile.seq);
    await dropAccessTags(tx, { kind: 'instance-profile', seq: profile.seq });
    return undefined;
  });
};

/** Rule A-040. */
export const addRoleToInstanceProfile: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['InstanceProfileName', 'RoleName']);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const profile = await findProfile(tx, input);
    if (isRefusal(profile)) return profile;
    const role = await findRole(tx, input);
    if (isRefusal(role)) return role;
    if (profile.role !== null) return quota('InstanceSessionsPerInstanceProfile', 1);
    await putRoleInProfile(tx, profile.seq, role.seq);
    return undefined;
  });
};

export const removeRoleFromInstanceProfile: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['InstanceProfileName', 'RoleName']);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const profile = await findProfile(tx, input);
    if (isRefusal(profile)) return profile;
    const role = await findRole(tx, input);
    if (isRefusal(role)) return role;
    if (profile.role !== role.seq) return noRole(role.name);
    await putRoleInProfile(tx, profile.seq, null);
    return undefined;
  });
};
