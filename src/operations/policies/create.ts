import { policyArn } from '../../domain/arn.ts';
import { type Refusal, refuse, refuseWrapped } from '../../domain/refusal.ts';
import { checkPolicy, type PolicyInput, policyDoc } from '../../domain/scheduling-policy.ts';
import { checkTags, type Tags } from '../../domain/tags.ts';
import type { Operation } from '../../service/service.ts';
import { insertPolicy, policyNamed } from '../../store/policy-rows.ts';
import { setTags } from '../../store/tag-rows.ts';

export interface CreateInput extends PolicyInput {
  readonly name: string;
  readonly tags?: Tags;
}

/** CreateSchedulingPolicy: answers `{name, arn}`; it can be used at once (rules T-061 to T-073, T-083). */
export const createSchedulingPolicy: Operation<CreateInput> = async (service, input) => {
  const wrong = check(input);
  if (wrong) return wrong;
  const { name, tags } = input;
  return service.store.write(async (tx) => {
    if (await policyNamed(tx, name)) return refuse('Object already exists');
    const seq = await insertPolicy(tx, name, JSON.stringify(policyDoc(input)));
    await setTags(tx, 'scheduling-policy', seq, tags);
    return { name, arn: policyArn(service.account, name) };
  });
};

const check = (input: CreateInput): Refusal | undefined =>
  checkTags(input.tags) ??
  (/^[A-Za-z0-9_-]{1,128}$/.test(input.name)
    ? checkPolicy(input)
    : refuseWrapped('Scheduling policy name should match a valid pattern.'));
