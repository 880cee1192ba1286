import type { AttemptDetail, JobDetail } from '@aws-sdk/client-batch';
import { resourcesOf } from '../domain/container.ts';
import { describeResources } from '../domain/resource-text.ts';
import { endedCounts } from './array-lines.ts';
import { endingWords } from './ending.ts';
import { isOver, streamsOf } from './follow.ts';
import type { ArrayGroup } from './own-operations.ts';
import { containerEnd } from './pod-job.ts';
import { quote } from './quote.ts';
import { duration, moment } from './shown-times.ts';

/**
 * What there is to know of a job that has ended: how, when, its attempts, what it was, and where its log is. `failed`: of an
 * array the groups of its failed children.
 */
export const endedLines = (job: JobDetail, failed: readonly ArrayGroup[] = []): string[] => {
  const { jobName, jobId, status, startedAt, stoppedAt } = job;
  const took =
    startedAt !== undefined && stoppedAt !== undefined ? ` after ${duration(stoppedAt - startedAt)}` : '';
  const size = job.arrayProperties?.size;
  const how = size === undefined ? `${endingOf(job)}${took}` : endedCounts(size, failed);
  return [
    `job ${jobName} (${jobId}) ${status}: ${how}`,
    ...begun(job),
    ...(stoppedAt === undefined
      ? []
      : [`  ended     ${moment(stoppedAt)}${took && `,${took.replace(' after', ' ran')}`}`]),
    ...attemptLines(job),
    ...what(job),
  ];
};

/** What there is to know of a job that runs: since when, what it is, and where its log is. */
export const runningLines = (job: JobDetail): string[] => [...begun(job), ...attemptLines(job), ...what(job)];

const begun = ({ createdAt = 0, startedAt }: JobDetail): string[] => [
  `  submitted ${moment(createdAt)}`,
  ...(startedAt === undefined
    ? []
    : [`  waited    ${duration(startedAt - createdAt)}, started ${moment(startedAt)}`]),
];

const what = (job: JobDetail): string[] => [
  `  definition ${nameOf(job.jobDefinition ?? '')}`,
  ...asked(job),
  ...(job.container?.command?.length ? [`  command   ${job.container.command.map(word).join(' ')}`] : []),
  ...(streamsOf(job).length > 0 ? [`  log       longshore logs ${job.jobId}`] : []),
];

/** How the job ended, by its last attempt. */
export const endingOf = (job: JobDetail): string =>
  endingWords({ ...containerEnd(job), memory: memoryOf(job), statusReason: job.statusReason });

/** What an attempt asked is known of the last one only: a job may have been run again with more. */
export const attemptLines = (job: JobDetail): string[] => {
  const { attempts = [] } = job;
  return attempts.map((attempt, at) =>
    attemptLine(attempt, at + 1, isOver(job) && at === attempts.length - 1 ? memoryOf(job) : undefined),
  );
};

/** From the last attempt on: it may have been run again with more. */
const asked = ({ container }: JobDetail): string[] => {
  if (!container) return [];
  const { vcpus, memory, resourceRequirements = [] } = container;
  const requirements = resourceRequirements.map(({ type = '', value = '' }) => ({ type, value }));
  const asks = resourcesOf({
    resourceRequirements: requirements,
    ...(vcpus !== undefined && { vcpus }),
    ...(memory !== undefined && { memory }),
  });
  return [`  asked     ${describeResources(asks)}`];
};

const attemptLine = (
  { startedAt, stoppedAt, statusReason, container }: AttemptDetail,
  number: number,
  memory: number | undefined,
): string => {
  const ran =
    startedAt !== undefined && stoppedAt !== undefined ? ` after ${duration(stoppedAt - startedAt)}` : '';
  return `  attempt ${number}: ${endingWords({ ...container, statusReason, memory })}${ran}`;
};

const memoryOf = ({ container }: JobDetail): number | undefined => {
  const asked = container?.resourceRequirements?.find(({ type }) => type === 'MEMORY')?.value;
  return asked === undefined ? container?.memory : Number(asked);
};

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

const word = (text: string): string => (/^[\w./:=@%+,-]+$/.test(text) ? text : quote(text));
