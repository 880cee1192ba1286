import { listAt, memberAt, textAt } from '../../auth/questions/members.ts';
import type { Found, Rerun } from '../../auth/questions/question.ts';
import { MOST_QUESTIONS } from '../../auth/questions/questions.ts';
import { queueArn } from '../../domain/arn.ts';
import { shownNodes } from '../../domain/container-shown.ts';
import { parseJobId } from '../../domain/job-id.ts';
import type { JobSpec } from '../../domain/job-spec.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { Service } from '../../service/service.ts';
import { ownersOf } from '../../store/job-owners.ts';
import { type FoundJob, findJob, jobBySeq } from '../../store/job-rows.ts';
import { queueName } from '../../store/queue-rows.ts';
import type { JobRow } from '../../store/schema.ts';
import { specText } from '../../store/spec-rows.ts';
import type { Tx } from '../../store/store.ts';
import { decide } from '../extensions/retry-jobs.ts';

/** What RetryJobs would run again: the job that is named, and of those that wait for it each kind once. */
export const rerunsFor = async (service: Service, tx: Tx, input: unknown): Promise<Found> => {
  const id = parseJobId(textAt(input, 'jobId') ?? '');
  const job = id && (await findJob(tx, id));
  const own = job && (await rerunOf(service, tx, job));
  if (!own) return {};
  const reruns: Rerun[] = [own];
  for (const { seq } of await dependentsOf(service, tx, input)) {
    const dependent = await jobBySeq(tx, seq);
    const rerun = dependent && (await rerunOf(service, tx, dependent));
    if (rerun) reruns.push({ ...rerun, registered: undefined });
  }
  return { reruns };
};

const rerunOf = async (service: Service, tx: Tx, job: FoundJob): Promise<Rerun | undefined> => {
  const queue = await queueName(tx, job.queue);
  if (!queue) return undefined;
  const spec = JSON.parse(await specText(tx, job.spec)) as JobSpec;
  const share = await service.names.shareName(tx, job.share);
  const owner = (await service.submitters.bySeq(tx, job.submitted_by))?.userId;
  return {
    queue: queueArn(service.account, queue),
    definition: spec.jobDefinition,
    ...(share !== undefined && { share }),
    ...(owner !== undefined && { owner }),
    registered: registeredOf(spec),
  };
};

/** What a registration of the same would say. */
const registeredOf = ({ nodes, container }: JobSpec): object => {
  if (nodes) return { nodeProperties: shownNodes(nodes) };
  const { podProperties } = container;
  return podProperties ? { eksProperties: { podProperties } } : { containerProperties: container };
};

/** No more than show that there are too many to ask about. None where the operation refuses. What of the body is of another type it refuses, too. */
const dependentsOf = async (service: Service, tx: Tx, input: unknown): Promise<readonly JobRow[]> => {
  if (memberAt(input, 'withDependents') !== true) return [];
  const numbers = (name: string) =>
    Array.isArray(memberAt(input, name)) && {
      [name]: listAt(input, name).filter((one) => typeof one === 'number'),
    };
  const decided = await decide(service, tx, {
    jobId: textAt(input, 'jobId')!,
    withDependents: true,
    ...numbers('indices'),
    ...numbers('exitCodes'),
  });
  if (isRefusal(decided)) return [];
  const rows = decided.again.dependents.map(({ job }) => job);
  // a child has its array's share
  const shareOf = ({ job_group, parent }: JobRow) => (job_group > 0 ? job_group : `of ${parent}`);
  const owners = await ownersOf(
    tx,
    rows.map(({ seq }) => seq),
  );
  const kindOf = (row: JobRow) => `${row.queue} ${row.spec} ${shareOf(row)} ${owners.get(row.seq)}`;
  const kinds = new Map(rows.map((row) => [kindOf(row), row]));
  return [...kinds.values()].slice(0, MOST_QUESTIONS);
};
