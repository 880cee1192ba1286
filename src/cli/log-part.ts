import type { JobDetail } from '@aws-sdk/client-batch';
import type { CloudWatchLogs, OutputLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { groupOf } from './follow.ts';

/** Which lines of a log, and how they are told. */
export interface LogWish {
  /** So many of the last. */
  readonly tail?: number;
  /** Wall milliseconds. */
  readonly since?: number;
  readonly json: boolean;
  readonly attempt?: number;
  /** Of an array's child: stands before each line. */
  readonly index?: number;
}

/** The most that one call answers. */
const PAGE = 10_000;

/** Prints what is wished of one stream; of none nothing. */
export const printPart = async (
  logs: CloudWatchLogs,
  job: JobDetail,
  stream: string,
  wish: LogWish,
): Promise<void> => {
  for (const event of await eventsOf(logs, job, stream, wish)) console.log(lineOf(event, job, wish));
};

const eventsOf = async (
  logs: CloudWatchLogs,
  job: JobDetail,
  stream: string,
  { tail, since }: LogWish,
): Promise<OutputLogEvent[]> => {
  const all: OutputLogEvent[] = [];
  let nextToken: string | undefined;
  for (;;) {
    const page = await logs
      .getLogEvents({
        logGroupName: groupOf(job),
        logStreamName: stream,
        startFromHead: tail === undefined,
        limit: Math.min(PAGE, (tail ?? PAGE) - (tail === undefined ? 0 : all.length)),
        ...(since !== undefined && { startTime: Math.max(0, Math.floor(since)) }),
        ...(nextToken !== undefined && { nextToken }),
      })
      .catch((error: Error) => {
        if (error.name === 'ResourceNotFoundException') return undefined;
        throw error;
      });
    const events = page?.events ?? [];
    if (events.length === 0) return all;
    // from its end a log is read backwards, a page at a time
    if (tail === undefined) all.push(...events);
    else all.unshift(...events);
    nextToken = tail === undefined ? page!.nextForwardToken : page!.nextBackwardToken;
    if (tail !== undefined && all.length >= tail) return all;
  }
};

const lineOf = ({ timestamp, message = '' }: OutputLogEvent, { jobId }: JobDetail, wish: LogWish): string => {
  const { json, attempt, index } = wish;
  if (json) return JSON.stringify({ jobId, attempt, timestamp, message });
  return index === undefined ? message : `[${index}] ${message}`;
};
