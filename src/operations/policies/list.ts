import { policyArn } from '../../domain/arn.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import { pageOfPolicies } from '../../store/policy-rows.ts';
import { cutPage, type PageInput, readPage } from '../paging.ts';

const BINDING = ['ListSchedulingPolicies'];

/** ListSchedulingPolicies: ARNs alone, in the order of creation (rules T-004, T-005, T-082). */
export const listSchedulingPolicies: Operation<PageInput> = async (service, input) => {
  const page = readPage<number>(service, BINDING, input);
  if (isRefusal(page)) return page;
  return service.store.read(async (tx) => {
    const rows = await pageOfPolicies(tx, page.after ?? 0, page.size + 1);
    const { shown, token } = cutPage(service, BINDING, rows, page.size, ({ seq }) => seq);
    const schedulingPolicies = shown.map(({ name }) => ({ arn: policyArn(service.account, name) }));
    return { schedulingPolicies, ...token };
  });
};
