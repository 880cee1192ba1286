import { seal } from '../../auth/seal.ts';
import { checkInput, type Input, textOf } from '../../domain/access-input.ts';
import { isRefusal, type Refusal } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import { deleteKey, insertKey, keyById, keysOf, setActive } from '../../store/access/keys.ts';
import type { KeyRow, UserRow } from '../../store/access/rows.ts';
import { userBySeq } from '../../store/access/users.ts';
import type { Tx } from '../../store/store.ts';
import { changing, findUserOrSelf } from './found.ts';
import { pageIn, pageOf, timeOf } from './input.ts';
import { secretOf, uniqueId } from './names.ts';
import { noEntity, quota } from './refusals.ts';

/** Rule A-010. */
const MOST_KEYS = 2;

/** The secret is in this answer and in no other (rule A-012). */
export const createAccessKey: Operation<Input> = async (service, input, caller) => {
  const wrong = checkInput(input, []);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const user = await findUserOrSelf(tx, input, caller);
    if (isRefusal(user)) return user;
    if ((await keysOf(tx, user.seq)).length >= MOST_KEYS) return quota('AccessKeysPerUser', MOST_KEYS);
    const { ids } = service;
    const id = uniqueId('AKIA', ids);
    const secret = secretOf(ids);
    const created_at = service.clock.wall();
    await insertKey(tx, {
      id,
      owner: user.seq,
      sealed: seal(service.sealingKey, ids.hex(24), id, secret),
      created_at,
    });
    return {
      AccessKey: {
        UserName: user.name,
        AccessKeyId: id,
        Status: 'Active',
        SecretAccessKey: secret,
        CreateDate: timeOf(created_at),
      },
    };
  });
};

export const listAccessKeys: Operation<Input> = async (service, input, caller) => {
  const page = checkInput(input, []) ?? pageIn(input);
  if (isRefusal(page)) return page;
  return service.store.read(async (tx) => {
    const user = await findUserOrSelf(tx, input, caller);
    if (isRefusal(user)) return user;
    const { shown, rest } = pageOf(await keysOf(tx, user.seq), page, ({ id }) => id);
    const AccessKeyMetadata = shown.map(({ id, active, created_at }) => ({
      UserName: user.name,
      AccessKeyId: id,
      Status: active === 1 ? 'Active' : 'Inactive',
      CreateDate: timeOf(created_at),
    }));
    return { AccessKeyMetadata, ...rest };
  });
};

const noKey = (id: string): Refusal => noEntity(`The Access Key with id ${id} cannot be found`);

const keyOf = async (tx: Tx, input: Input, { seq }: UserRow): Promise<KeyRow | Refusal> => {
  const id = textOf(input, 'AccessKeyId')!;
  const key = await keyById(tx, id);
  return key?.owner === seq ? key : noKey(id);
};

/** Rule A-011: in force for the next request. */
export const updateAccessKey: Operation<Input> = async (service, input, caller) => {
  const wrong = checkInput(input, ['AccessKeyId', 'Status']);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const user = await findUserOrSelf(tx, input, caller);
    if (isRefusal(user)) return user;
    const key = await keyOf(tx, input, user);
    if (isRefusal(key)) return key;
    await setActive(tx, key.id, textOf(input, 'Status') === 'Active');
    return undefined;
  });
};

export const deleteAccessKey: Operation<Input> = async (service, input, caller) => {
  const wrong = checkInput(input, ['AccessKeyId']);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const user = await findUserOrSelf(tx, input, caller);
    if (isRefusal(user)) return user;
    const key = await keyOf(tx, input, user);
    if (isRefusal(key)) return key;
    await deleteKey(tx, key.id);
    return undefined;
  });
};

/** Rule A-014. */
export const getAccessKeyLastUsed: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['AccessKeyId']);
  if (wrong) return wrong;
  const id = textOf(input, 'AccessKeyId')!;
  return service.store.read(async (tx) => {
    const key = await keyById(tx, id);
    const user = key && (await userBySeq(tx, key.owner));
    if (!key || !user) return noKey(id);
    return {
      UserName: user.name,
      AccessKeyLastUsed: {
        ...(key.used_at !== null && { LastUsedDate: timeOf(key.used_at) }),
        ServiceName: key.used_service ?? 'N/A',
        Region: key.used_region ?? 'N/A',
      },
    };
  });
};
