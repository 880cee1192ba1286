import { containerInstanceArn } from '../../domain/arn.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import { pageOfContainerInstances } from '../../store/ecs.ts';
import { findCluster, invalid } from './cluster-names.ts';
import { nextToken, type PageInput, readPage } from './ecs-page.ts';

export interface ListContainerInstancesInput extends PageInput {
  readonly cluster?: string;
  readonly filter?: string;
  /** Absent: all but the terminated. */
  readonly status?: string;
}

/** What they are called in ECS. */
const STATES: ReadonlyMap<string, 'running' | 'draining'> = new Map([
  ['ACTIVE', 'running'],
  ['DRAINING', 'draining'],
]);

/** ECS's ListContainerInstances (W-109). Its query language is not here: a filter is refused, never dropped. */
export const listContainerInstances: Operation<ListContainerInstancesInput> = async (service, input) => {
  if (input.filter) return invalid('filter is not supported by Longshore: list all and describe them.');
  const { maxResults: _size, nextToken: _token, ...selectors } = input;
  const binding = ['ListContainerInstances', selectors];
  const page = readPage(service, binding, input, '');
  if (isRefusal(page)) return page;
  return service.store.read(async (tx) => {
    const environment = await findCluster(tx, service.account, input.cluster);
    if (isRefusal(environment)) return environment;
    const state = STATES.get(input.status ?? '');
    const none = input.status !== undefined && state === undefined;
    // rule K-153: as they are described
    const draining = service.capacity.hosts.flatMap(({ id, isDraining }) => (isDraining ? [id] : []));
    const ids = none
      ? []
      : await pageOfContainerInstances(tx, environment.seq, { state, draining }, page.after, page.size + 1);
    const shown = ids.slice(0, page.size);
    return {
      containerInstanceArns: shown.map((id) =>
        containerInstanceArn(service.account, environment.cluster, id),
      ),
      ...nextToken(service, binding, ids.length > page.size ? shown.at(-1) : undefined),
    };
  });
};
