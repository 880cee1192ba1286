import { isRefusal } from '../../domain/refusal.ts';
import { taskStateOf } from '../../domain/task-state.ts';
import type { Operation } from '../../service/service.ts';
import { groupExists, streamTask } from '../../store/log-streams.ts';
import { checkMembers } from './check-members.ts';
import { beginsOf, Matching } from './joins.ts';
import { groupAsked, invalid, noGroup, noStream, readLimit } from './streams.ts';

export interface GetInput {
  readonly logGroupName?: string;
  readonly logGroupIdentifier?: string;
  readonly logStreamName: string;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly nextToken?: string;
  readonly limit?: number;
  readonly startFromHead?: boolean;
}

/** `f/` or `b/`, the byte offset in 56 digits, `/s` (rule W-086): the same place for ever. */
const token = (direction: 'f' | 'b', offset: number): string =>
  `${direction}/${String(offset).padStart(56, '0')}/s`;

/** CloudWatch Logs' GetLogEvents over one attempt's output (rules W-085 to W-091). */
export const getLogEvents: Operation<GetInput> = async (service, input) => {
  const wrong = checkMembers(input);
  if (wrong) return wrong;
  const limit = readLimit(input.limit, 10_000);
  if (isRefusal(limit)) return limit;
  const given = /^([fb])\/(\d{56})(?:\/s)?$/.exec(input.nextToken ?? '');
  if (input.nextToken && !given) return invalid('The specified nextToken is invalid.');
  const group = groupAsked(input);
  if (isRefusal(group)) return group;
  const found = await service.store.read(async (tx) => {
    if (!(await groupExists(tx, group))) return noGroup();
    const task = await streamTask(tx, group, input.logStreamName);
    return task ? { task, begins: await beginsOf(service, tx, task) } : noStream();
  });
  if (isRefusal(found)) return found;
  const { task, begins } = found;
  const forward = given ? given[1] === 'f' : input.startFromHead === true;
  const from = given ? Number(given[2]) : forward ? 0 : Number.MAX_SAFE_INTEGER;
  const { events, begin, end } = service.output.read(task.id, {
    from,
    direction: forward ? 'forward' : 'backward',
    limit,
    complete: taskStateOf(task.state) === 'over',
    begins: new Matching(service.clock).counted(begins),
    ...(input.startTime !== undefined && { startTime: input.startTime }),
    ...(input.endTime !== undefined && { endTime: input.endTime }),
  });
  return {
    events: events.map(({ time, message }) => ({ timestamp: time, message, ingestionTime: time })),
    nextForwardToken: token('f', end),
    nextBackwardToken: token('b', begin),
  };
};
