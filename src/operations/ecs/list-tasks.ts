import { ecsIdFrom, taskArn } from '../../domain/arn.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import { pageOfTasks } from '../../store/ecs.ts';
import { findCluster } from './cluster-names.ts';
import { launchTypeOf } from './describe-clusters.ts';
import { nextToken, type PageInput, readPage } from './ecs-page.ts';

export interface ListTasksInput extends PageInput {
  readonly cluster?: string;
  readonly containerInstance?: string;
  readonly family?: string;
  readonly startedBy?: string;
  readonly serviceName?: string;
  readonly daemonName?: string;
  /** Absent: RUNNING. */
  readonly desiredStatus?: 'RUNNING' | 'PENDING' | 'STOPPED';
  readonly launchType?: string;
}

/** How long a stopped task is listed; it is described for as long as its job is kept. */
const LISTED_MILLISECONDS = 3_600_000;

/** ECS's ListTasks (W-109). No task belongs to a service, and as in ECS none has the desired status PENDING. */
export const listTasks: Operation<ListTasksInput> = async (service, input) => {
  const { maxResults: _size, nextToken: _token, ...selectors } = input;
  const binding = ['ListTasks', selectors];
  const page = readPage(service, binding, input, '');
  if (isRefusal(page)) return page;
  return service.store.read(async (tx) => {
    const environment = await findCluster(tx, service.account, input.cluster);
    if (isRefusal(environment)) return environment;
    const { seq, cluster } = environment;
    const { containerInstance: given, family, startedBy, desiredStatus } = input;
    const containerInstance =
      given && (ecsIdFrom(service.account, 'container-instance', cluster, given) ?? '');
    const nobody =
      input.serviceName !== undefined ||
      input.daemonName !== undefined ||
      desiredStatus === 'PENDING' ||
      (input.launchType !== undefined && input.launchType !== launchTypeOf(environment));
    const stoppedSince = desiredStatus === 'STOPPED' ? service.clock.wall() - LISTED_MILLISECONDS : undefined;
    const selector = { environment: seq, stoppedSince, containerInstance, family, startedBy };
    const { ids, next } = nobody
      ? { ids: [], next: undefined }
      : await pageOfTasks(tx, selector, page.after, page.size);
    return {
      taskArns: ids.map((id) => taskArn(service.account, cluster, id)),
      ...nextToken(service, binding, next),
    };
  });
};
