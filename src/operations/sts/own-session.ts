import { checkInput, type Input, textOf } from '../../domain/access-input.ts';
import { isRefusal, Refusal } from '../../domain/refusal.ts';
import type { Caller, Operation, Service } from '../../service/service.ts';
import { keyById } from '../../store/access/keys.ts';
import type { SessionRow } from '../../store/access/rows.ts';
import { sessionById } from '../../store/access/sessions.ts';
import { invalid } from '../access/refusals.ts';
import { secondFactorIn } from './assume-role.ts';
import { issue } from './issue.ts';

/* What STS says to a caller of itself. */

/** Rule A-059. */
export const getCallerIdentity: Operation<Input> = async ({ account }, _, { arn, userId }) => ({
  Arn: arn,
  UserId: userId ?? account.account,
  Account: account.account,
});

/** Rule A-076. In seconds. */
const LONGEST = 129_600;
const USUAL = 43_200;
const MOST_OF_ROOT = 3600;

const ownerOf = ({ who, accessKeyId }: Caller): Pick<SessionRow, 'owner_kind' | 'owner' | 'name'> =>
  who?.kind === 'user'
    ? { owner_kind: 'user', owner: who.seq, name: who.name }
    : { owner_kind: 'root', owner: 0, name: accessKeyId };

/** GetSessionToken: temporary keys with the caller's own rights, but for IAM. */
export const getSessionToken: Operation<Input> = async (service, input, caller) => {
  const wrong =
    checkInput(input, [], { DurationSeconds: { range: [900, LONGEST] } }) ?? secondFactorIn(input);
  if (wrong) return wrong;
  if (caller.sessionSince !== undefined)
    return new Refusal('AccessDenied', 403, 'Cannot call GetSessionToken with session credentials');
  const asked = Number(textOf(input, 'DurationSeconds') ?? USUAL);
  const owner = ownerOf(caller);
  const seconds = owner.owner_kind === 'root' ? Math.min(asked, MOST_OF_ROOT) : asked;
  return service.store.write(async (tx) => {
    const issued = await issue(service, tx, { ...owner, doc: {}, seconds });
    return isRefusal(issued) ? issued : { Credentials: issued };
  });
};

export const getAccessKeyInfo: Operation<Input> = async (service, input, caller) => {
  const wrong = checkInput(input, ['AccessKeyId']);
  if (wrong) return wrong;
  const id = textOf(input, 'AccessKeyId')!;
  return id === caller.accessKeyId || (await isOurs(service, id))
    ? { Account: service.account.account }
    : invalid(`Longshore knows no access key ${id}.`);
};

const isOurs = ({ store }: Service, id: string): Promise<boolean> =>
  store.read(async (tx) => ((await keyById(tx, id)) ?? (await sessionById(tx, id))) !== undefined);
