import { refuse } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import { isFollowed, removePolicy } from '../../store/policy-rows.ts';
import { checkPolicyArn, policyOf } from './named.ts';

/** DeleteSchedulingPolicy: answers `{}`, also when there is none (rules T-012, T-013, T-078). */
export const deleteSchedulingPolicy: Operation<{ readonly arn: string }> = async (service, { arn }) =>
  checkPolicyArn(arn) ??
  service.store.write(async (tx) => {
    const row = await policyOf(service, tx, arn);
    if (!row) return {};
    if (await isFollowed(tx, row.seq)) return refuse('Cannot delete, found existing JobQueue relationship');
    await removePolicy(tx, row.seq);
    return {};
  });
