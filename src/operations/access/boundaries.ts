import { isRefusal, type Refusal } from '../../domain/refusal.ts';
import type { Operation, Service } from '../../service/service.ts';
import { policyByArn } from '../../store/access/policies.ts';
import { setBoundary } from '../../store/access/users.ts';
import type { Tx } from '../../store/store.ts';
import { changing, findUser } from './found.ts';
import { checkInput, type Input, textOf } from './input.ts';
import { isCatalogue } from './names.ts';
import { noPolicy } from './refusals.ts';

/** The ARN to keep: null without one. It must be a policy's. */
export const boundaryFor = async (
  { account }: Service,
  tx: Tx,
  arn: string | undefined,
): Promise<string | null | Refusal> => {
  if (arn === undefined) return null;
  return isCatalogue(account, arn) || (await policyByArn(tx, arn)) ? arn : noPolicy(arn);
};

export const putUserPermissionsBoundary: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['UserName', 'PermissionsBoundary']);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const user = await findUser(tx, input);
    if (isRefusal(user)) return user;
    const boundary = await boundaryFor(service, tx, textOf(input, 'PermissionsBoundary'));
    if (isRefusal(boundary)) return boundary;
    await setBoundary(tx, user.seq, boundary);
    return undefined;
  });
};

export const deleteUserPermissionsBoundary: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['UserName']);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const user = await findUser(tx, input);
    if (isRefusal(user)) return user;
    await setBoundary(tx, user.seq, null);
    return undefined;
  });
};
