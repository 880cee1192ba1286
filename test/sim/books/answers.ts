import { shownOf } from './containers.ts';
import type { Wire } from './model.ts';
import {
  type Attempt,
  FAILED,
  haltOf,
  isFinal,
  type Job,
  must,
  PENDING,
  RUNNABLE,
  RUNNING,
  STARTING,
  STATES,
  shownState,
  shownSummary,
} from './model.ts';
import { turnPage } from './pages.ts';
import { arnOf, type Expected, type Ledger, type Request } from './requests.ts';
import { queueOf, same } from './resources.ts';
import { streamOf } from './streams.ts';
import { jobOf } from './submit.ts';
import { attemptsOf, lastOf } from './times.ts';

/** DescribeJobs: each known job once, in the order asked, as it is. */
export const describeJobs = (ledger: Ledger, { input }: Request): Expected => ({
  apply: (answer) => {
    if (!answer) return;
    const wanted = [...new Set((input.jobs as string[]).map((id) => jobOf(ledger, id)).filter((job) => job))];
    const ids = answer.jobs.map((shown: Wire) => shown.jobId);
    must(
      JSON.stringify(ids) === JSON.stringify(wanted.map((job) => job!.id)),
      'an accepted job is there',
      () => {
        return `asked ${input.jobs}, shown ${ids}`;
      },
    );
    answer.jobs.forEach((shown: Wire, at: number) => {
      checkShown(wanted[at]!, shown);
      checkDetail(wanted[at]!, shown);
    });
  },
});

/** What a description and a line of a list have in common. */
const checkShown = (job: Job, shown: Wire): void => {
  const tell = () => `${job.id}, in the books ${STATES[job.state]}: ${JSON.stringify(shown)}`;
  const state = shownState(job);
  const halt = haltOf(job);
  must(shown.status === STATES[state], 'a job is shown as it is', tell);
  must(shown.jobName === job.name, 'a job is shown as it is', tell);
  must(shown.jobDefinition === job.spec.definition, 'a job is shown as it is', tell);
  must(shown.shareIdentifier === job.share, 'a job is of its share', tell);
  must((shown.isTerminated ?? false) === job.terminated, 'flags of a stop', tell);
  // a queue's deletion takes the place of an array's cancel
  const isOverruled = job.queue.halted && (job.cancelled || job.parent?.cancelled);
  if (!isOverruled) must((shown.isCancelled ?? false) === job.cancelled, 'flags of a stop', tell);
  const node = job.role !== 'none';
  const waits = state === PENDING || state === RUNNABLE;
  must(!waits || !!shown.statusReason, 'no job waits without a reason', tell);
  must(state !== FAILED || !!shown.statusReason, 'FAILED has a reason', tell);
  if (halt) must(shown.statusReason === halt.reason, 'reasons are true', tell);
  const times = [shown.createdAt, shown.startedAt, shown.stoppedAt];
  const last = halt && lastOf(job);
  const kept = last ? [last.startedAt, last.stoppedAt] : [job.startedAt, halt?.at ?? job.stoppedAt];
  same('times are true', times, [job.createdAt, ...kept]);
  if (node || job.nodes > 0) {
    checkNodes(job, shown);
    return;
  }
  if (job.parent) must(shown.arrayProperties?.index === job.index, 'a job is shown as it is', tell);
  if (job.size > 0) must(shown.arrayProperties?.size === job.size, 'a job is shown as it is', tell);
};

const checkNodes = (job: Job, shown: Wire): void => {
  const tell = () => `${job.id}: ${JSON.stringify(shown)}`;
  must(shown.arrayProperties === undefined, 'a job is shown as it is', tell);
  const { nodeProperties, nodeDetails } = shown;
  must(nodeProperties.numNodes === (job.nodes || job.parent!.nodes), 'a job is shown as it is', tell);
  const place = nodeDetails ?? nodeProperties;
  const isNode = job.role !== 'none';
  must(place.nodeIndex === (isNode ? job.index : undefined), 'a job is shown as it is', tell);
  must(place.isMainNode === (isNode ? job.role === 'main' : undefined), 'a job is shown as it is', tell);
};

const checkDetail = (job: Job, shown: Wire): void => {
  const tell = () => `${job.id}, in the books ${job.over} attempts: ${JSON.stringify(shown)}`;
  must(shown.attempts.length === (job.size > 0 ? 0 : job.over), 'attempts are those that are over', tell);
  const attempts = attemptsOf(job);
  same(
    'attempts are true',
    shown.attempts.map(attemptShown),
    attempts.map((one) => attemptKept(job, one)),
  );
  same('a job is shown as it is', described(shown), describedKept(job));
  same('tags are those that were set', shown.tags, (job.parent ?? job).tags);
  if (job.nodes === 0) checkContainer(job, shown.container);
  if (job.size === 0) return;
  const summary = STATES.map((state) => shown.arrayProperties.statusSummary[state]);
  const kept = shownSummary(job);
  must(JSON.stringify(summary) === JSON.stringify(kept), 'counters', () => {
    return `${job.id}: shown ${summary}, in the books ${kept}`;
  });
};

/** What a job was submitted as, in the order of `describedKept`. */
const described = (shown: Wire) => [
  shown.jobArn,
  shown.jobQueue,
  shown.dependsOn,
  SHOWN.map((member) => shown[member]),
  shown.nodeProperties,
  shown.container && without(shown.container, OF_ATTEMPTS),
];

const describedKept = (job: Job) => [
  arnOf('job', job.id),
  arnOf('job-queue', job.queue.name),
  (job.parent ?? job).sentDependsOn,
  SHOWN.map((member) => job.spec.shown[member]),
  job.nodesShown ?? (job.parent?.nodesShown && { ...job.parent.nodesShown, nodeRangeProperties: [] }),
  job.nodes > 0 ? undefined : { logConfiguration: DEFAULT_LOGS, ...shownOf(job.spec.container) },
];

const SHOWN = [
  'parameters',
  'retryStrategy',
  'timeout',
  'propagateTags',
  'platformCapabilities',
  'schedulingPriority',
  'consumableResourceProperties',
];
const OF_ATTEMPTS = [
  'taskArn',
  'containerInstanceArn',
  'exitCode',
  'reason',
  'logStreamName',
  'networkInterfaces',
];
const DEFAULT_LOGS = { logDriver: 'awslogs', options: {}, secretOptions: [] };

const without = (record: Wire, names: readonly string[]): Wire =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));

/** An attempt's members, in the order of `attemptKept`. */

const attemptShown = ({ container, startedAt, stoppedAt, statusReason }: Wire) => [
  ...containerShown(container),
  startedAt,
  stoppedAt,
  statusReason,
];

const containerShown = ({ taskArn, containerInstanceArn, exitCode, reason, logStreamName }: Wire) => [
  taskArn?.split('/').at(-1),
  containerInstanceArn?.split('/').at(-1),
  exitCode,
  reason,
  logStreamName,
];

const attemptKept = (job: Job, one: Attempt) => [
  ...containerKept(job, one),
  one.startedAt,
  one.stoppedAt,
  one.statusReason,
];

const containerKept = (job: Job, one: Attempt) => [
  one.task,
  one.containerInstance,
  one.exitCode,
  one.reason,
  // one that never ran has none (S-211)
  one.startedAt === undefined ? undefined : streamOf(job, one.task),
];

/** The container mirrors the attempt under way, and the last one once all is over. */
const checkContainer = (job: Job, container: Wire): void => {
  const shown = containerShown(container);
  const last = job.attempts.at(-1);
  const state = shownState(job);
  if (job.size > 0 || state < STARTING) same('attempts are true', shown, [...NOTHING]);
  else if (isFinal(state)) same('attempts are true', shown, last ? containerKept(job, last) : [...NOTHING]);
  else {
    const [task, , ...rest] = shown;
    const stream = state === RUNNING ? streamOf(job, job.task) : undefined;
    same('attempts are true', [task, ...rest], [job.task, undefined, undefined, stream]);
  }
};

const NOTHING = [undefined, undefined, undefined, undefined, undefined] as const;

/** ListJobs: what matches, page by page. */
export const listJobs = (ledger: Ledger, request: Request): Expected => {
  const { input, walk } = request;
  if (input.jobQueue && !queueOf(ledger, input.jobQueue)) return { refusal: /^JobQueue \S+ not found/ };
  if (input.multiNodeJobId && !jobOf(ledger, input.multiNodeJobId)?.nodes)
    return { refusal: /is not a multi-node job/ };
  if (input.arrayJobId && !jobOf(ledger, input.arrayJobId)?.size) return { refusal: /is not an array job/ };
  return {
    apply: (answer) => {
      if (!answer) {
        if (walk) walk.over = true;
        return;
      }
      for (const shown of answer.jobSummaryList) {
        const job = ledger.jobs.get(shown.jobId)!;
        checkShown(job, shown);
        // nodes are placed together
        const placed = (job.nodes > 0 ? job.children[0] : job)?.placed.at(-1)?.at;
        same('times are true', [job.id, shown.scheduledAt], [job.id, placed]);
      }
      if (walk) turnPage(ledger, walk, answer);
    },
  };
};
