import { checkInput, type Input, textOf } from '../../domain/access-input.ts';
import { isRefusal, type Refusal } from '../../domain/refusal.ts';
import type { Operation, Service } from '../../service/service.ts';
import { policyByArn } from '../../store/access/policies.ts';
import { updateRoleRow } from '../../store/access/roles.ts';
import { setBoundary } from '../../store/access/users.ts';
import type { Tx } from '../../store/store.ts';
import { changing, findRole, findUser, NAMED_BY } from './found.ts';
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

/** As users and roles show it. */
export const shownBoundary = (boundary: string | null) =>
  boundary !== null && {
    PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary },
  };

type Kind = 'user' | 'role';

const bound = async (
  tx: Tx,
  kind: Kind,
  input: Input,
  boundary: string | null,
): Promise<undefined | Refusal> => {
  if (kind === 'user') {
    const user = await findUser(tx, input);
    if (isRefusal(user)) return user;
    await setBoundary(tx, user.seq, boundary);
    return undefined;
  }
  const role = await findRole(tx, input);
  if (isRefusal(role)) return role;
  await updateRoleRow(tx, { ...role, boundary });
  return undefined;
};

const put =
  (kind: Kind): Operation<Input> =>
  async (service, input) => {
    const wrong = checkInput(input, [NAMED_BY[kind], 'PermissionsBoundary']);
    if (wrong) return wrong;
    return changing(service, async (tx) => {
      const boundary = await boundaryFor(service, tx, textOf(input, 'PermissionsBoundary'));
      return isRefusal(boundary) ? boundary : bound(tx, kind, input, boundary);
    });
  };

const remove =
  (kind: Kind): Operation<Input> =>
  async (service, input) => {
    const wrong = checkInput(input, [NAMED_BY[kind]]);
    return wrong ?? changing(service, (tx) => bound(tx, kind, input, null));
  };

export const putUserPermissionsBoundary = put('user');
export const deleteUserPermissionsBoundary = remove('user');
export const putRolePermissionsBoundary = put('role');
export const deleteRolePermissionsBoundary = remove('role');
