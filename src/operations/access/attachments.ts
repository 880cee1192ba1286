import { checkInput, type Input, textOf } from '../../domain/access-input.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import { attach, attachedTo, detach } from '../../store/access/held-policies.ts';
import { policyByArn } from '../../store/access/policies.ts';
import { changing, NAMED_BY, withOwner } from './found.ts';
import { pageIn, pageOf } from './input.ts';
import { isCatalogue } from './names.ts';
import { noEntity, noPolicy, quota } from './refusals.ts';

/* Managed policies that users, groups and roles have attached. */

type Kind = 'user' | 'group' | 'role';
const UPPER = { user: 'User', group: 'Group', role: 'Role' } as const;

/** Rule A-039. */
const MOST_ATTACHED = 10;

const attaching =
  (kind: Kind): Operation<Input> =>
  async (service, input) => {
    const wrong = checkInput(input, [NAMED_BY[kind], 'PolicyArn']);
    if (wrong) return wrong;
    const arn = textOf(input, 'PolicyArn')!;
    return changing(
      service,
      withOwner(kind, input, async (tx, owner) => {
        if (!isCatalogue(service.account, arn) && !(await policyByArn(tx, arn)))
          return noEntity(`Policy ${arn} does not exist or is not attachable.`);
        const others = (await attachedTo(tx, owner)).filter((one) => one !== arn);
        if (others.length >= MOST_ATTACHED) return quota(`PoliciesPer${UPPER[kind]}`, MOST_ATTACHED);
        await attach(tx, owner, arn);
        return undefined;
      }),
    );
  };

/** Rule A-047. */
const detaching =
  (kind: Kind): Operation<Input> =>
  async (service, input) => {
    const wrong = checkInput(input, [NAMED_BY[kind], 'PolicyArn']);
    if (wrong) return wrong;
    const arn = textOf(input, 'PolicyArn')!;
    return changing(
      service,
      withOwner(kind, input, async (tx, owner) => {
        return (await detach(tx, owner, arn)) === 0 ? noPolicy(arn) : undefined;
      }),
    );
  };

const listing =
  (kind: Kind): Operation<Input> =>
  async (service, input) => {
    const page = checkInput(input, [NAMED_BY[kind]]) ?? pageIn(input);
    if (isRefusal(page)) return page;
    return service.store.read(
      withOwner(kind, input, async (tx, owner) => {
        const { shown, rest } = pageOf(await attachedTo(tx, owner), page, (arn) => arn);
        const AttachedPolicies = shown.map((arn) => ({
          PolicyName: arn.slice(arn.lastIndexOf('/') + 1),
          PolicyArn: arn,
        }));
        return { AttachedPolicies, ...rest };
      }),
    );
  };

export const attachUserPolicy = attaching('user');
export const attachGroupPolicy = attaching('group');
export const detachUserPolicy = detaching('user');
export const detachGroupPolicy = detaching('group');
export const listAttachedUserPolicies = listing('user');
export const listAttachedGroupPolicies = listing('group');
export const attachRolePolicy = attaching('role');
export const detachRolePolicy = detaching('role');
export const listAttachedRolePolicies = listing('role');
