import { queueArn } from '../../domain/arn.ts';
import { refuseNotYet } from '../../domain/not-yet.ts';
import { isRefusal, type Refusal, refuse, refuseWrapped } from '../../domain/refusal.ts';
import { checkTags } from '../../domain/tags.ts';
import type { Operation } from '../../service/service.ts';
import { countQueues, insertQueue, queueNamed, replaceOrder } from '../../store/queue-rows.ts';
import { setTags } from '../../store/tag-rows.ts';
import { checkQueueKind, type OrderEntry, readOrder } from './environment-order.ts';
import { readPolicy } from './policy.ts';
import { checkPriority, checkTimeLimits, type TimeLimitAction } from './rules.ts';

export interface CreateInput {
  readonly jobQueueName?: string;
  readonly state?: 'ENABLED' | 'DISABLED';
  readonly priority: number;
  readonly computeEnvironmentOrder?: readonly OrderEntry[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly jobStateTimeLimitActions?: readonly TimeLimitAction[];
  readonly jobQueueType?: string;
  readonly schedulingPolicyArn?: string;
}

/** Rule E-204. */
const MOST = 50;

/** CreateJobQueue, p. 12: answers `{jobQueueName, jobQueueArn}`. */
export const createJobQueue: Operation<CreateInput> = async (service, input) => {
  const wrong = check(input);
  if (wrong) return wrong;
  const name = input.jobQueueName!;
  return service.store.write(async (tx) => {
    if (await queueNamed(tx, name)) return refuse('Object already exists');
    if ((await countQueues(tx)) >= MOST) {
      return refuse(`Account ${service.account.account} has reached the maximum of ${MOST} job queues`);
    }
    const places = await readOrder(service, tx, input.computeEnvironmentOrder!);
    if (isRefusal(places)) return places;
    const unlike = checkQueueKind(input.jobQueueType, places);
    if (unlike) return unlike;
    const jobQueueType = places.some(({ isEks }) => isEks) ? 'EKS' : input.jobQueueType;
    const policy = await readPolicy(service, tx, input.schedulingPolicyArn);
    if (isRefusal(policy)) return policy;
    const queue = await insertQueue(tx, {
      name,
      state: input.state ?? 'ENABLED',
      status: 'VALID',
      status_reason: 'JobQueue Healthy',
      priority: input.priority,
      policy,
      most_jobs: null,
      extra: JSON.stringify({
        jobStateTimeLimitActions: input.jobStateTimeLimitActions ?? [],
        ...(jobQueueType && { jobQueueType }),
      }),
    });
    await setTags(tx, 'job-queue', queue, input.tags);
    await replaceOrder(
      tx,
      queue,
      places.map(({ ord, environment }) => ({ queue, ord, environment })),
    );
    service.catalog.forget(tx);
    tx.onCommit(service.wake);
    return { jobQueueName: name, jobQueueArn: queueArn(service.account, name) };
  });
};

const check = (input: CreateInput): Refusal | undefined => {
  const tags = checkTags(input.tags);
  if (tags) return tags;
  if (!input.jobQueueName) return refuseWrapped('jobQueueName must be provided');
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(input.jobQueueName)) {
    return refuseWrapped('Job Queue name should match a valid pattern.');
  }
  const notYet = refuseNotYet('CreateJobQueueRequest', input) ?? checkType(input.jobQueueType);
  if (notYet) return notYet;
  if (!input.computeEnvironmentOrder?.length) return refuseWrapped('computeEnvironmentOrder is required.');
  return checkPriority(input.priority) ?? checkTimeLimits(input.jobStateTimeLimitActions);
};

const checkType = (type: string | undefined): Refusal | undefined => {
  return type === undefined || ['ECS', 'ECS_FARGATE', 'EKS'].includes(type)
    ? undefined
    : refuse(`jobQueueType ${type} is not supported by Longshore yet.`);
};
