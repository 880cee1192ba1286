import { nameFrom, queueArn } from '../../domain/arn.ts';
import { refuseNotYet } from '../../domain/not-yet.ts';
import { isRefusal, refuse, refuseWrapped } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import { orderOf, queueNamed, replaceOrder, updateQueue } from '../../store/queue-rows.ts';
import type { QueueRow } from '../../store/schema.ts';
import { checkQueueKind, type OrderEntry, readOrder } from './environment-order.ts';
import { otherPolicy } from './policy.ts';
import { checkPriority, checkTimeLimits, type TimeLimitAction } from './rules.ts';

export interface UpdateInput {
  readonly jobQueue: string;
  readonly state?: 'ENABLED' | 'DISABLED';
  readonly priority?: number;
  readonly computeEnvironmentOrder?: readonly OrderEntry[];
  readonly jobStateTimeLimitActions?: readonly TimeLimitAction[];
  readonly schedulingPolicyArn?: string;
}

/** UpdateJobQueue, p. 65: only what is given changes, the order list as a whole (rules E-121 to E-125). */
export const updateJobQueue: Operation<UpdateInput> = async (service, input) => {
  const wrong =
    refuseNotYet('UpdateJobQueueRequest', input) ??
    checkPriority(input.priority) ??
    checkTimeLimits(input.jobStateTimeLimitActions);
  if (wrong) return wrong;
  const name = nameFrom(service.account, 'job-queue', input.jobQueue);
  return service.store.write(async (tx) => {
    const row = name === undefined ? undefined : await queueNamed(tx, name);
    if (!row)
      return refuse(`${asArn(input.jobQueue, queueArn(service.account, input.jobQueue))} does not exist`);
    if (row.status !== 'VALID') return refuse('Cannot update, resource is being modified');
    const state = input.state ?? row.state;
    const entries = input.computeEnvironmentOrder;
    const count = (entries ?? (await orderOf(tx, row.seq))).length;
    if (count === 0 && state === 'ENABLED') return refuseWrapped('computeEnvironmentOrder is required.');
    const places = entries && (await readOrder(service, tx, entries));
    if (isRefusal(places)) return places;
    const unlike = checkQueueKind(kindOf(row), places ?? []);
    if (unlike) return unlike;
    const policy = await otherPolicy(service, tx, row.policy, input.schedulingPolicyArn);
    if (isRefusal(policy)) return policy;
    await updateQueue(tx, row.seq, {
      state,
      priority: input.priority ?? row.priority,
      policy,
      extra: extraOf(row, input),
    });
    if (places)
      await replaceOrder(
        tx,
        row.seq,
        places.map(({ ord, environment }) => ({ queue: row.seq, ord, environment })),
      );
    service.catalog.forget(tx);
    tx.onCommit(service.wake);
    return { jobQueueName: row.name, jobQueueArn: queueArn(service.account, row.name) };
  });
};

const asArn = (given: string, made: string): string => (given.startsWith('arn:') ? given : made);

/** As it was made. */
const kindOf = ({ extra }: QueueRow): string =>
  (JSON.parse(extra) as { readonly jobQueueType?: string }).jobQueueType ?? 'ECS';

const extraOf = (row: QueueRow, input: UpdateInput): string =>
  JSON.stringify({
    ...JSON.parse(row.extra),
    ...(input.jobStateTimeLimitActions && { jobStateTimeLimitActions: input.jobStateTimeLimitActions }),
  });
