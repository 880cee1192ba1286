import { logGroupArn } from '../../domain/arn.ts';
import { splitStream } from '../../domain/log-stream.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { openToken, sealToken } from '../../lib/page-token.ts';
import type { Operation, Service } from '../../service/service.ts';
import { groupExists, streamsByName, streamsByTime } from '../../store/log-streams.ts';
import type { TaskRow } from '../../store/schema.ts';
import { checkMembers } from './check-members.ts';
import { groupAsked, invalid, noGroup, readLimit } from './streams.ts';

export interface StreamsInput {
  readonly logGroupName?: string;
  readonly logGroupIdentifier?: string;
  readonly logStreamNamePrefix?: string;
  readonly orderBy?: 'LogStreamName' | 'LastEventTime';
  readonly descending?: boolean;
  readonly nextToken?: string;
  readonly limit?: number;
}

/** CloudWatch Logs' DescribeLogStreams (rules W-094 to W-096): a stream for each attempt that got a place to run. */
export const describeLogStreams: Operation<StreamsInput> = async (service, input) => {
  const wrong = checkMembers(input);
  if (wrong) return wrong;
  const limit = readLimit(input.limit, 50);
  if (isRefusal(limit)) return limit;
  const byTime = input.orderBy === 'LastEventTime';
  if (byTime && input.logStreamNamePrefix) {
    return invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const group = groupAsked(input);
  if (isRefusal(group)) return group;
  const { nextToken, limit: _limit, ...selectors } = input;
  const binding = ['DescribeLogStreams', selectors];
  const after = nextToken ? openToken(service.tokenKey, binding, nextToken) : undefined;
  if (nextToken && after === undefined) return invalid('The specified nextToken is invalid.');
  const descending = input.descending === true;
  const rows = await service.store.read(async (tx) => {
    if (!(await groupExists(tx, group))) return noGroup();
    return byTime
      ? streamsByTime(tx, group, after as [number, string] | undefined, descending, limit + 1)
      : streamsByName(
          tx,
          group,
          input.logStreamNamePrefix ?? '',
          after as string | undefined,
          descending,
          limit + 1,
        );
  });
  if (isRefusal(rows)) return rows;
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const position =
    last && ('last' in last ? [last.last, last.log_stream] : splitStream(last.log_stream).stream);
  return {
    logStreams: shown.map((task) => streamOf(service, group, task)),
    ...(rows.length > limit && { nextToken: sealToken(service.tokenKey, binding, position) }),
  };
};

const streamOf = (service: Service, group: string, task: TaskRow): Record<string, unknown> => {
  const { stream } = splitStream(task.log_stream);
  const span = service.output.span(task.id);
  return {
    logStreamName: stream,
    creationTime: task.created_at,
    ...(span && {
      firstEventTimestamp: span.first,
      lastEventTimestamp: span.last,
      lastIngestionTime: span.last,
    }),
    uploadSequenceToken: '1',
    arn: `${logGroupArn(service.account, group)}:log-stream:${stream}`,
    storedBytes: 0,
  };
};
