import { clusterArn } from '../../domain/arn.ts';
import { eksOf } from '../../domain/pods/eks-environment.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import { pageOfEnvironments } from '../../store/environment-rows.ts';
import { nextToken, type PageInput, readPage } from './ecs-page.ts';

/** ECS's ListClusters: one of each environment whose jobs are no pods, in the order of creation. */
export const listClusters: Operation<PageInput> = async (service, input) => {
  const binding = ['ListClusters'];
  const page = readPage(service, binding, input, 0);
  if (isRefusal(page)) return page;
  const rows = await service.store.read((tx) => pageOfEnvironments(tx, page.after, page.size + 1));
  const shown = rows.slice(0, page.size);
  return {
    clusterArns: shown
      .filter((row) => eksOf(row.extra) === undefined)
      .map((row) => clusterArn(service.account, row.cluster)),
    ...nextToken(service, binding, rows.length > page.size ? shown.at(-1)?.seq : undefined),
  };
};
