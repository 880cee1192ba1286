import { type Refusal, refuse, refuseWrapped } from '../../domain/refusal.ts';
import { kindOf, type PolicyDoc } from '../../domain/scheduling-policy.ts';
import type { Service } from '../../service/service.ts';
import type { Tx } from '../../store/store.ts';
import { checkPolicyArn, policyOf } from '../policies/named.ts';

/** The seq of the policy that a queue is to go by; null without one. Rules T-084, T-085. */
export const readPolicy = async (
  service: Service,
  tx: Tx,
  arn: string | undefined,
): Promise<number | null | Refusal> => {
  if (!arn) return null;
  const wrong = checkPolicyArn(arn);
  if (wrong) return wrong;
  const row = await policyOf(service, tx, arn);
  if (!row) return refuseWrapped(`SchedulingPolicy ${arn} not found.`);
  return kindOf(JSON.parse(row.doc) as PolicyDoc) === 'fairsharePolicy'
    ? row.seq
    : refuseWrapped('Quota Management feature is only supported for SageMaker Training job queues.');
};

/** Another policy in the place of one; an empty ARN is no change. Rules T-086, T-087. */
export const otherPolicy = async (
  service: Service,
  tx: Tx,
  before: number | null,
  arn: string | undefined,
): Promise<number | null | Refusal> => {
  if (!arn) return before;
  return before === null
    ? refuse('Scheduling policy cannot be added to a job queue without scheduling policy.')
    : readPolicy(service, tx, arn);
};
