import { type Refusal, refuse } from '../../domain/refusal.ts';
import {
  checkPolicy,
  kindOf,
  type PolicyDoc,
  type PolicyInput,
  policyDoc,
} from '../../domain/scheduling-policy.ts';
import type { Operation } from '../../service/service.ts';
import { replacePolicy } from '../../store/policy-rows.ts';
import { checkPolicyArn, policyOf } from './named.ts';

export interface UpdateInput extends PolicyInput {
  readonly arn: string;
}

/** UpdateSchedulingPolicy: replaces the policy as a whole; answers `{}` (rules T-074 to T-077). */
export const updateSchedulingPolicy: Operation<UpdateInput> = async (service, input) => {
  const wrong = checkPolicyArn(input.arn) ?? checkPolicy(input);
  if (wrong) return wrong;
  return service.store.write(async (tx) => {
    const row = await policyOf(service, tx, input.arn);
    if (!row) return refuse(`${input.arn} does not exist`);
    if (!input.fairsharePolicy && !input.quotaSharePolicy) return {};
    const doc = policyDoc(input);
    const other = checkKind(JSON.parse(row.doc) as PolicyDoc, doc);
    if (other) return other;
    await replacePolicy(tx, row.seq, JSON.stringify(doc));
    service.catalog.forget(tx);
    tx.onCommit(service.wake);
    return {};
  });
};

const checkKind = (is: PolicyDoc, becomes: PolicyDoc): Refusal | undefined =>
  kindOf(is) === kindOf(becomes)
    ? undefined
    : refuse(`A scheduling policy of type ${kindOf(is)} cannot be changed to ${kindOf(becomes)}.`);
