import { type Job, must, type Task, type Wire } from './model.ts';
import { begunLine } from './orders.ts';
import type { Expected, Ledger, Request } from './requests.ts';
import { same } from './resources.ts';

/* What jobs printed, as clients of Logs read it. */

type Expect = (ledger: Ledger, request: Request) => Expected;

export const GROUP = '/aws/batch/job';

const familyOf = (job: Job): string => job.spec.definition.split('/')[1]!.split(':')[0]!;

/** A stream's name by the task and its job's definition, or what that says itself. */
export const streamOf = (job: Job, taskId: string): string => {
  const options = job.spec.container.logConfiguration?.options;
  return `${options?.['awslogs-stream-prefix'] ?? familyOf(job)}/default/${taskId}`;
};

const taskOfStream = (ledger: Ledger, stream: string): Task | undefined =>
  ledger.tasks.get(stream.split('/').at(-1)!);

const jobOfStream = (ledger: Ledger, stream: string): Job | undefined => taskOfStream(ledger, stream)?.job;

/** A log is what its task printed, may grow, and what was there once stays there while its job is there. */
const checkLines = (ledger: Ledger, stream: string, events: readonly Wire[]): void => {
  const before = ledger.logs.get(stream) ?? 0;
  must(events.length >= before, 'a log never shrinks', () => {
    return `${stream} had ${before} lines, has ${events.length}`;
  });
  ledger.logs.set(stream, events.length);
  const task = taskOfStream(ledger, stream)!;
  const fate = ledger.fate(task.id);
  const lines = linesOf(ledger, task);
  const shown = events.map(({ timestamp, message }) => [timestamp, message]);
  // a cluster may have forgotten when a lost one began, and still have its log
  const isForgotten = fate?.kind === 'lost' && fate.startedAt === undefined;
  const kept = lines.map(([at, text], n) => [at ?? (isForgotten ? shown[n]?.[0] : at), text]);
  if (!fate?.wronged) same('a log is what its task printed', shown, kept.slice(0, shown.length));
  const texts = new Set(lines.map(([, text]) => text));
  const strange = shown.find(([, text]) => !texts.has(text) && !/^exit \d+$/.test(text));
  must(!strange, 'a log is what its task printed', () => `${stream} says ${strange}, not ${[...texts]}`);
};

/** What a task has printed by now. */
const linesOf = (ledger: Ledger, { id, job, spec, attempt }: Task): [number | undefined, string][] => {
  const fate = ledger.fate(id);
  const begun = begunLine(job.id, attempt, spec.container);
  const said =
    fate?.said ?? (fate?.kind === 'exited' ? { exitCode: fate.exitCode, at: fate.stoppedAt } : undefined);
  const ended: [number | undefined, string][] = said ? [[said.at, `exit ${said.exitCode}`]] : [];
  return [[fate?.startedAt, begun], ...ended];
};

/** Who reads a stream by its name is refused one that is not there. */
const reads =
  (named: (input: Wire) => string, check: (ledger: Ledger, stream: string, events: Wire[]) => void): Expect =>
  (ledger, { input, outcome }) => {
    const stream = named(input);
    const job = jobOfStream(ledger, stream);
    // what is hidden goes in steps, its log with the last
    if (job?.gone && outcome?.kind === 'answer') return { apply: () => {} };
    if (!job || job.gone) return { refusal: /^The specified log (stream|group) does not exist/ };
    return {
      apply: (answer) => {
        if (answer) check(ledger, stream, answer.events);
      },
    };
  };

const getEvents = reads((input) => input.logStreamName, checkLines);

/** FilterLogEvents of one stream, all of it. */
const filterEvents = reads(
  (input) => input.logStreamNames[0],
  (ledger, stream, events) => {
    const strange = events.find(({ logStreamName }) => logStreamName !== stream);
    must(!strange, 'streams as described', () => `${JSON.stringify(strange)} for ${stream}`);
    checkLines(ledger, stream, events);
  },
);

/** DescribeLogStreams by a prefix: a stream for each attempt that got a place, in the order of their names. */
const describeStreams: Expect = (ledger, { input }) => ({
  apply: (answer) => {
    if (!answer || answer.nextToken) return;
    const shown: string[] = answer.logStreams.map(({ logStreamName }: Wire) => logStreamName);
    const kept = [...ledger.tasks.values()]
      .filter(({ job }) => !job.gone)
      .map(({ id, job }) => streamOf(job, id))
      .filter((stream) => stream.startsWith(input.logStreamNamePrefix));
    // what is hidden goes in steps
    const there = shown.filter((stream) => !jobOfStream(ledger, stream)?.gone);
    same('streams as described', there, kept.sort());
  },
});

const describeGroups: Expect = () => ({
  apply: (answer) => {
    if (!answer) return;
    const names = answer.logGroups.map(({ logGroupName }: Wire) => logGroupName);
    same('streams as described', names, [GROUP]);
  },
});

export const STREAMS: Readonly<Record<string, Expect>> = {
  GetLogEvents: getEvents,
  FilterLogEvents: filterEvents,
  DescribeLogStreams: describeStreams,
  DescribeLogGroups: describeGroups,
};
