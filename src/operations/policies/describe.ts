import { policyArn } from '../../domain/arn.ts';
import { refuseWrapped } from '../../domain/refusal.ts';
import type { PolicyDoc } from '../../domain/scheduling-policy.ts';
import type { Operation, Service } from '../../service/service.ts';
import type { PolicyRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { tagsOfAll } from '../../store/tag-rows.ts';
import { checkPolicyArn, policyOf } from './named.ts';

const MOST = 100;

/** DescribeSchedulingPolicies: those there are of the ARNs, each once (rules T-079 to T-081). */
export const describeSchedulingPolicies: Operation<{ readonly arns: readonly string[] }> = async (
  service,
  { arns },
) => {
  if (arns.length > MOST) return refuseWrapped(`Maximum number of scheduling policies supported is  ${MOST}`);
  const wrong = arns.map(checkPolicyArn).find((refusal) => refusal !== undefined);
  if (wrong) return wrong;
  return service.store.read(async (tx) => {
    const rows = [];
    for (const arn of new Set(arns)) rows.push((await policyOf(service, tx, arn)) ?? []);
    return { schedulingPolicies: await details(service, tx, rows.flat()) };
  });
};

/** `SchedulingPolicyDetail` of today's model. */
const details = async (service: Service, tx: Tx, rows: readonly PolicyRow[]): Promise<unknown[]> => {
  const seqs = rows.map(({ seq }) => seq);
  const tags = await tagsOfAll(tx, 'scheduling-policy', seqs);
  return rows.map(({ seq, name, doc }) => ({
    name,
    arn: policyArn(service.account, name),
    ...(JSON.parse(doc) as PolicyDoc),
    tags: tags.get(seq),
  }));
};
