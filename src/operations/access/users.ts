import { checkInput, type Input, NEW_USER, tagsIn, textOf } from '../../domain/access-input.ts';
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
import { keysOf } from '../../store/access/keys.ts';
import { fold, type UserRow } from '../../store/access/rows.ts';
import { deleteSessionsOf } from '../../store/access/sessions.ts';
import {
  deleteUserRow,
  groupsOf,
  insertUser,
  pageOfUsers,
  renameUser,
  userNamed,
} from '../../store/access/users.ts';
import type { Tx } from '../../store/store.ts';
import { shownTags } from './access-tags.ts';
import { boundaryFor, shownBoundary } from './boundaries.ts';
import { changing, findUser, findUserOrSelf } from './found.ts';
import { cut, pageIn, timeOf } from './input.ts';
import { rootArn, uniqueId, userArn } from './names.ts';
import { exists, mustFirst, quota } from './refusals.ts';

export const shownUser = ({ account }: Service, user: UserRow) => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: userArn(account, user),
  CreateDate: timeOf(user.created_at),
});

const detailOf = async (service: Service, tx: Tx, user: UserRow) => {
  const tags = await accessTagsOf(tx, { kind: 'user', seq: user.seq });
  return {
    ...shownUser(service, user),
    ...shownBoundary(user.boundary),
    ...(tags.length > 0 && { Tags: shownTags(tags) }),
  };
};

/** In an account. */
const MOST_USERS = 5000;

export const createUser: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['UserName'], NEW_USER);
  if (wrong) return wrong;
  const tags = tagsIn(input);
  if (isRefusal(tags)) return tags;
  const name = textOf(input, 'UserName')!;
  return changing(service, async (tx) => {
    if (await userNamed(tx, name)) return exists('User', name);
    if ((await pageOfUsers(tx, { pathPrefix: '', after: '', limit: MOST_USERS })).length >= MOST_USERS)
      return quota('UsersPerAccount', MOST_USERS);
    const boundary = await boundaryFor(service, tx, textOf(input, 'PermissionsBoundary'));
    if (isRefusal(boundary)) return boundary;
    const row = {
      name,
      path: textOf(input, 'Path') ?? '/',
      id: uniqueId('AIDA', service.ids),
      boundary,
      created_at: service.clock.wall(),
    };
    const seq = await insertUser(tx, row);
    for (const tag of tags) await setAccessTag(tx, { kind: 'user', seq }, tag);
    return { User: await detailOf(service, tx, { ...row, ...NO_LIMITS, seq, folded: fold(name) }) };
  });
};

export const getUser: Operation<Input> = async (service, input, caller) => {
  const wrong = checkInput(input, []);
  if (wrong) return wrong;
  if (textOf(input, 'UserName') === undefined && caller.arn === rootArn(service.account))
    return root(service);
  return service.store.read(async (tx) => {
    const user = await findUserOrSelf(tx, input, caller);
    return isRefusal(user) ? user : { User: await detailOf(service, tx, user) };
  });
};

/** Root is no user, and has no name. */
const root = ({ account, about }: Service) => ({
  User: {
    Path: '/',
    UserId: account.account,
    Arn: rootArn(account),
    CreateDate: timeOf(about.startedAt),
  },
});

export const listUsers: Operation<Input> = async (service, input) => {
  const page = checkInput(input, []) ?? pageIn(input);
  if (isRefusal(page)) return page;
  const pathPrefix = textOf(input, 'PathPrefix') ?? '/';
  const rows = await service.store.read((tx) =>
    pageOfUsers(tx, { pathPrefix, after: page.after, limit: page.limit + 1 }),
  );
  const { shown, rest } = cut(rows, page, ({ folded }) => folded);
  return { Users: shown.map((user) => shownUser(service, user)), ...rest };
};

export const updateUser: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['UserName']);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const user = await findUser(tx, input);
    if (isRefusal(user)) return user;
    const name = textOf(input, 'NewUserName') ?? user.name;
    const other = await userNamed(tx, name);
    if (other && other.seq !== user.seq) return exists('User', name);
    await renameUser(tx, user.seq, name, textOf(input, 'NewPath') ?? user.path);
    return undefined;
  });
};

/** What a user still has keeps it (rule A-044). */
const whatKeeps = async (tx: Tx, { seq }: UserRow): Promise<Refusal | undefined> => {
  const owner = { kind: 'user', seq } as const;
  if ((await keysOf(tx, seq)).length > 0) return mustFirst('delete access keys');
  if ((await inlineOf(tx, owner)).length > 0) return mustFirst('delete policies');
  if ((await attachedTo(tx, owner)).length > 0) return mustFirst('detach all policies');
  return (await groupsOf(tx, seq)).length > 0 ? mustFirst('remove users from group') : undefined;
};

export const deleteUser: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['UserName']);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const user = await findUser(tx, input);
    if (isRefusal(user)) return user;
    const kept = await whatKeeps(tx, user);
    if (kept) return kept;
    await deleteUserRow(tx, user.seq);
    await dropAccessTags(tx, { kind: 'user', seq: user.seq });
    await deleteSessionsOf(tx, { owner_kind: 'user', owner: user.seq });
    return undefined;
  });
};
