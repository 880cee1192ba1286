import { nameFrom } from '../../domain/arn.ts';
import { type Refusal, refuseWrapped } from '../../domain/refusal.ts';
import type { Service } from '../../service/service.ts';
import { policyNamed } from '../../store/policy-rows.ts';
import type { PolicyRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';

const POLICY_ARN = /^arn:[^:]+:batch:[^:]*:[^:]*:scheduling-policy\/.+$/;

/** A policy is named by its ARN alone. */
export const checkPolicyArn = (arn: string): Refusal | undefined =>
  POLICY_ARN.test(arn) ? undefined : refuseWrapped('Only scheduling policy Arn can be allowed.');

/** The policy of an ARN that is one; undefined when there is none here. */
export const policyOf = async ({ account }: Service, tx: Tx, arn: string): Promise<PolicyRow | undefined> => {
  const name = nameFrom(account, 'scheduling-policy', arn);
  return name === undefined ? undefined : policyNamed(tx, name);
};
