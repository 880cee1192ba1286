import { type Job, must, type Wire } from './model.ts';
import type { Expected, Ledger, Request } from './requests.ts';
import { same } from './resources.ts';

/* What jobs printed, as clients of Logs read it. */

type Expect = (ledger: Ledger, request: Request) => Expected;

export const GROUP = '/aws/batch/job';

const familyOf = (job: Job): string => job.spec.definition.split('/')[1]!.split(':')[0]!;

/** A stream's name by the task and its job's definition. */
export const streamOf = (job: Job, taskId: string): string => `${familyOf(job)}/default/${taskId}`;

const jobOfStream = (ledger: Ledger, stream: string): Job | undefined =>
  ledger.tasks.get(stream.split('/').at(-1)!)?.job;

/** A log may grow; what was there once stays there while its job is there. */
const grows = (ledger: Ledger, stream: string, lines: number): void => {
  const before = ledger.logs.get(stream) ?? 0;
  must(lines >= before, 'a log never shrinks', () => `${stream} had ${before} lines, has ${lines}`);
  ledger.logs.set(stream, lines);
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

const getEvents = reads(
  (input) => input.logStreamName,
  (ledger, stream, events) => grows(ledger, stream, events.length),
);

/** FilterLogEvents of one stream, all of it. */
const filterEvents = reads(
  (input) => input.logStreamNames[0],
  (ledger, stream, events) => {
    const strange = events.find(({ logStreamName }) => logStreamName !== stream);
    must(!strange, 'streams as described', () => `${JSON.stringify(strange)} for ${stream}`);
    grows(ledger, stream, events.length);
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
