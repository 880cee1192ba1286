import { environmentArn, nameFrom, policyArn, queueArn } from '../../domain/arn.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { Operation, Service } from '../../service/service.ts';
import { policyBySeq } from '../../store/policy-rows.ts';
import { orderOf, pageOfQueues, queueNamed } from '../../store/queue-rows.ts';
import type { QueueRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { tagsOfAll } from '../../store/tag-rows.ts';
import { checkNames, cutPage, type PageInput, readPage } from '../paging.ts';

export interface DescribeInput extends PageInput {
  readonly jobQueues?: readonly string[];
}

/** DescribeJobQueues, p. 35: unknown names are left out (E-129). */
export const describeJobQueues: Operation<DescribeInput> = async (service, input) => {
  const names = input.jobQueues ?? [];
  if (names.length > 0) return describeNamed(service, input, names);
  const binding = ['DescribeJobQueues'];
  const page = readPage<number>(service, binding, input);
  if (isRefusal(page)) return page;
  return service.store.read(async (tx) => {
    const rows = await pageOfQueues(tx, page.after ?? 0, page.size + 1);
    const { shown, token } = cutPage(service, binding, rows, page.size, (row) => row.seq);
    return { jobQueues: await details(service, tx, shown), ...token };
  });
};

const describeNamed = async (service: Service, input: DescribeInput, names: readonly string[]) => {
  const wrong = checkNames('JobQueues', names, input);
  if (wrong) return wrong;
  return service.store.read(async (tx) => {
    const found = new Map<number, QueueRow>();
    for (const given of names) {
      const name = nameFrom(service.account, 'job-queue', given);
      const row = name === undefined ? undefined : await queueNamed(tx, name);
      if (row) found.set(row.seq, row);
    }
    return {
      jobQueues: await details(
        service,
        tx,
        [...found.values()].sort((a, b) => a.seq - b.seq),
      ),
    };
  });
};

/** `JobQueueDetail`, p. 97. */
const details = async (service: Service, tx: Tx, rows: readonly QueueRow[]): Promise<unknown[]> => {
  const answers = [];
  const tags = await tagsOfAll(
    tx,
    'job-queue',
    rows.map(({ seq }) => seq),
  );
  for (const row of rows) {
    const order = await orderOf(tx, row.seq);
    const policy = row.policy === null ? undefined : await policyBySeq(tx, row.policy);
    answers.push({
      jobQueueName: row.name,
      jobQueueArn: queueArn(service.account, row.name),
      state: row.state,
      status: row.status,
      ...(row.status_reason !== null && { statusReason: row.status_reason }),
      priority: row.priority,
      computeEnvironmentOrder: order.map(({ ord, name }) => ({
        order: ord,
        computeEnvironment: environmentArn(service.account, name),
      })),
      ...(policy && { schedulingPolicyArn: policyArn(service.account, policy.name) }),
      tags: tags.get(row.seq),
      ...JSON.parse(row.extra),
    });
  }
  return answers;
};
