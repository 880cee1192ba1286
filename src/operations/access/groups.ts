import { checkInput, type Input, textOf } from '../../domain/access-input.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { Operation, Service } from '../../service/service.ts';
import { attachedTo, inlineOf } from '../../store/access/held-policies.ts';
import { fold, type GroupRow } from '../../store/access/rows.ts';
import {
  addMember,
  deleteGroupRow,
  groupNamed,
  groupsOf,
  insertGroup,
  membersOf,
  pageOfGroups,
  removeMember,
  renameGroup,
} from '../../store/access/users.ts';
import { changing, findGroup, findUser } from './found.ts';
import { cut, pageIn, pageOf, timeOf } from './input.ts';
import { groupArn, uniqueId } from './names.ts';
import { exists, mustFirst, noUser, quota } from './refusals.ts';
import { shownUser } from './users.ts';

const shownGroup = ({ account }: Service, group: GroupRow) => ({
  Path: group.path,
  GroupName: group.name,
  GroupId: group.id,
  Arn: groupArn(account, group),
  CreateDate: timeOf(group.created_at),
});

const MOST_GROUPS = 300;
/** Rule A-039. */
const MOST_GROUPS_OF_USER = 10;

export const createGroup: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['GroupName']);
  if (wrong) return wrong;
  const name = textOf(input, 'GroupName')!;
  return changing(service, async (tx) => {
    if (await groupNamed(tx, name)) return exists('Group', name);
    if ((await pageOfGroups(tx, { pathPrefix: '', after: '', limit: MOST_GROUPS })).length >= MOST_GROUPS)
      return quota('GroupsPerAccount', MOST_GROUPS);
    const path = textOf(input, 'Path') ?? '/';
    const row = { name, path, id: uniqueId('AGPA', service.ids), created_at: service.clock.wall() };
    const seq = await insertGroup(tx, row);
    return { Group: shownGroup(service, { ...row, seq, folded: fold(name) }) };
  });
};

export const getGroup: Operation<Input> = async (service, input) => {
  const page = checkInput(input, ['GroupName']) ?? pageIn(input);
  if (isRefusal(page)) return page;
  return service.store.read(async (tx) => {
    const group = await findGroup(tx, input);
    if (isRefusal(group)) return group;
    const rows = await membersOf(tx, group.seq, page.after, page.limit + 1);
    const { shown, rest } = cut(rows, page, ({ folded }) => folded);
    return {
      Group: shownGroup(service, group),
      Users: shown.map((user) => shownUser(service, user)),
      ...rest,
    };
  });
};

export const listGroups: Operation<Input> = async (service, input) => {
  const page = checkInput(input, []) ?? pageIn(input);
  if (isRefusal(page)) return page;
  const pathPrefix = textOf(input, 'PathPrefix') ?? '/';
  const rows = await service.store.read((tx) =>
    pageOfGroups(tx, { pathPrefix, after: page.after, limit: page.limit + 1 }),
  );
  const { shown, rest } = cut(rows, page, ({ folded }) => folded);
  return { Groups: shown.map((group) => shownGroup(service, group)), ...rest };
};

export const updateGroup: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['GroupName']);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const group = await findGroup(tx, input);
    if (isRefusal(group)) return group;
    const name = textOf(input, 'NewGroupName') ?? group.name;
    const other = await groupNamed(tx, name);
    if (other && other.seq !== group.seq) return exists('Group', name);
    await renameGroup(tx, group.seq, name, textOf(input, 'NewPath') ?? group.path);
    return undefined;
  });
};

/** Rule A-045. */
export const deleteGroup: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['GroupName']);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const group = await findGroup(tx, input);
    if (isRefusal(group)) return group;
    const owner = { kind: 'group', seq: group.seq } as const;
    if ((await membersOf(tx, group.seq, '', 1)).length > 0) return mustFirst('remove users from group');
    if ((await inlineOf(tx, owner)).length > 0) return mustFirst('delete policies');
    if ((await attachedTo(tx, owner)).length > 0) return mustFirst('detach all policies');
    await deleteGroupRow(tx, group.seq);
    return undefined;
  });
};

export const addUserToGroup: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['GroupName', 'UserName']);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const group = await findGroup(tx, input);
    if (isRefusal(group)) return group;
    const user = await findUser(tx, input);
    if (isRefusal(user)) return user;
    const others = (await groupsOf(tx, user.seq)).filter(({ seq }) => seq !== group.seq);
    if (others.length >= MOST_GROUPS_OF_USER) return quota('GroupsPerUser', MOST_GROUPS_OF_USER);
    await addMember(tx, user.seq, group.seq);
    return undefined;
  });
};

export const removeUserFromGroup: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['GroupName', 'UserName']);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const group = await findGroup(tx, input);
    if (isRefusal(group)) return group;
    const user = await findUser(tx, input);
    if (isRefusal(user)) return user;
    return (await removeMember(tx, user.seq, group.seq)) === 0 ? noUser(user.name) : undefined;
  });
};

export const listGroupsForUser: Operation<Input> = async (service, input) => {
  const page = checkInput(input, ['UserName']) ?? pageIn(input);
  if (isRefusal(page)) return page;
  return service.store.read(async (tx) => {
    const user = await findUser(tx, input);
    if (isRefusal(user)) return user;
    const { shown, rest } = pageOf(await groupsOf(tx, user.seq), page, ({ folded }) => folded);
    return { Groups: shown.map((group) => shownGroup(service, group)), ...rest };
  });
};
