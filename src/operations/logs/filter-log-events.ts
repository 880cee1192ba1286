import { splitStream } from '../../domain/log-stream.ts';
import { isRefusal, type Refusal } from '../../domain/refusal.ts';
import { taskStateOf } from '../../domain/task-state.ts';
import { openToken, sealToken } from '../../lib/page-token.ts';
import { costOf, PAGE_BYTES } from '../../output/lines.ts';
import type { TimedEvent } from '../../output/output.ts';
import type { Operation, Service } from '../../service/service.ts';
import { groupExists, streamsByName, streamTask } from '../../store/log-streams.ts';
import type { TaskRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { checkMembers } from './check-members.ts';
import { type Begins, beginsOf, Matching } from './joins.ts';
import { merge, type Offsets } from './merge.ts';
import { type Matches, parsePattern } from './pattern.ts';
import { groupAsked, invalid, noGroup, noStream, readLimit } from './streams.ts';

export interface FilterInput {
  readonly logGroupName?: string;
  readonly logGroupIdentifier?: string;
  readonly logStreamNames?: readonly string[];
  readonly logStreamNamePrefix?: string;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly filterPattern?: string;
  readonly startFromHead?: boolean;
  readonly nextToken?: string;
  readonly limit?: number;
}

/** Where the next page goes on: after a byte of a stream, or of each of them. */
type Position = NamePosition | { readonly offsets: Offsets };

interface NamePosition {
  readonly stream: string;
  readonly offset: number;
}

const MOST_NAMES = 100;
/** A stream's task, and how its lines become events. */
type Stream = TaskRow & { readonly begins: Begins };

/** What one call looks at, at most: a page may be empty and still have a next one (W-099). */
const MOST_STREAMS = 200;
const MOST_READS = 200;
/** So many streams are read side by side, each with a piece in memory; a page token knows the place in each. */
const MOST_MERGED = 20;

/**
 * CloudWatch Logs' FilterLogEvents (rules W-098 to W-100). Events come in the order of time when the first page looks at
 * up to 20 streams; beyond that stream by stream, in the order of the streams' names, each stream's in the order of time.
 */
export const filterLogEvents: Operation<FilterInput> = async (service, input) => {
  const wrong = checkMembers(input);
  if (wrong) return wrong;
  const limit = readLimit(input.limit, 10_000);
  if (isRefusal(limit)) return limit;
  const names = input.logStreamNames?.length ?? 0;
  if (names > 0 && input.logStreamNamePrefix) {
    return invalid('logStreamNames and logStreamNamePrefix cannot both be given.');
  }
  if (names > MOST_NAMES) {
    return invalid(`logStreamNames can have at most ${MOST_NAMES} names, got ${names}.`);
  }
  if (input.startFromHead === false) {
    return invalid('startFromHead: false is not supported by Longshore: events come oldest first.');
  }
  const matches = parsePattern(input.filterPattern ?? '');
  if (typeof matches === 'string') return invalid(matches);
  const group = groupAsked(input);
  if (isRefusal(group)) return group;
  const { nextToken, limit: _limit, ...selectors } = input;
  const binding = ['FilterLogEvents', selectors];
  const position = nextToken
    ? (openToken(service.tokenKey, binding, nextToken) as Position | undefined)
    : undefined;
  if (nextToken && !position) return invalid('The specified nextToken is invalid.');
  const matching = new Matching(service.clock);
  const tasks = await service.store.read(async (tx) => {
    if (!(await groupExists(tx, group))) return noGroup();
    const found = await select(tx, group, input, byName(position));
    return isRefusal(found) ? found : withJoins(service, tx, found, matching);
  });
  if (isRefusal(tasks)) return tasks;
  const inTime = position ? 'offsets' in position : tasks.length <= MOST_MERGED;
  const { events, next } = inTime
    ? collectInTime(service, input, tasks, position, limit, matches, matching)
    : collect(service, input, tasks, byName(position), limit, matches, matching);
  return {
    events,
    searchedLogStreams: [],
    ...(next && { nextToken: sealToken(service.tokenKey, binding, next) }),
  };
};

const byName = (position: Position | undefined): NamePosition | undefined =>
  position && 'stream' in position ? position : undefined;

const withJoins = async (
  service: Service,
  tx: Tx,
  tasks: readonly TaskRow[],
  matching: Matching,
): Promise<Stream[]> => {
  const streams: Stream[] = [];
  for (const task of tasks)
    streams.push({ ...task, begins: matching.counted(await beginsOf(service, tx, task)) });
  return streams;
};

const select = async (
  tx: Tx,
  group: string,
  input: FilterInput,
  position: NamePosition | undefined,
): Promise<TaskRow[] | Refusal> => {
  if (input.logStreamNames?.length) {
    const names = [...new Set(input.logStreamNames)].sort();
    return selectNamed(
      tx,
      group,
      names.filter((name) => !position || name >= position.stream),
    );
  }
  const current = position && (await streamTask(tx, group, position.stream));
  const rest = await streamsByName(
    tx,
    group,
    input.logStreamNamePrefix ?? '',
    position?.stream,
    false,
    MOST_STREAMS,
  );
  return current ? [current, ...rest] : rest;
};

const selectNamed = async (tx: Tx, group: string, names: readonly string[]): Promise<TaskRow[] | Refusal> => {
  const tasks = [];
  for (const name of names) {
    const task = await streamTask(tx, group, name);
    if (!task) return noStream();
    tasks.push(task);
  }
  return tasks;
};

const collectInTime = (
  service: Service,
  input: FilterInput,
  tasks: readonly Stream[],
  position: Position | undefined,
  limit: number,
  matches: Matches,
  matching: Matching,
): { events: unknown[]; next: Position | undefined } => {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const read = (id: string, from: number) =>
    readSome(service, input, byId.get(id)!, from, MERGED_PIECE).events;
  const from = position && 'offsets' in position ? position.offsets : {};
  const bounds = { limit, reads: MOST_READS, isLong: () => matching.isLong };
  const { merged, offsets } = merge([...byId.keys()], from, read, bounds, matches);
  const events = merged.map(({ id, event }) =>
    spelled(splitStream(byId.get(id)!.log_stream).stream, id, event),
  );
  return { events, next: offsets && { offsets } };
};

const collect = (
  service: Service,
  input: FilterInput,
  tasks: readonly Stream[],
  position: NamePosition | undefined,
  limit: number,
  matches: Matches,
  matching: Matching,
): { events: unknown[]; next: Position | undefined } => {
  const events: unknown[] = [];
  let reads = 0;
  let cost = 0;
  let reached: NamePosition | undefined;
  for (const task of tasks) {
    const { stream } = splitStream(task.log_stream);
    reached = { stream, offset: position?.stream === stream ? position.offset : 0 };
    for (;;) {
      const page = readSome(service, input, task, reached.offset);
      for (const event of page.events) {
        const isMatch = matches(event.message);
        if (isMatch) cost += costOf(event);
        if (cost > PAGE_BYTES && events.length > 0) return { events, next: reached };
        if (isMatch) events.push(spelled(stream, task.id, event));
        reached = { stream, offset: event.end };
        if (events.length === limit) return { events, next: reached };
      }
      if (page.events.length === 0) break;
      if (++reads >= MOST_READS || matching.isLong) return { events, next: reached };
    }
  }
  const more = tasks.length >= MOST_STREAMS && !input.logStreamNames?.length;
  return { events, next: more ? reached : undefined };
};

/** Events of a stream that are read at once, alone and beside others. */
const PIECE = 1000;
const MERGED_PIECE = 50;

const readSome = (service: Service, input: FilterInput, task: Stream, from: number, limit = PIECE) => {
  if (service.output.size(task.id) === 0) return { events: [] };
  return service.output.read(task.id, {
    from,
    direction: 'forward',
    limit,
    complete: taskStateOf(task.state) === 'over',
    begins: task.begins,
    ...(input.startTime !== undefined && { startTime: input.startTime }),
    ...(input.endTime !== undefined && { endTime: input.endTime }),
  });
};

/** An event's id: digits of its task, then of its place in the output; 56 in all. */
const spelled = (logStreamName: string, taskId: string, event: TimedEvent): unknown => ({
  logStreamName,
  timestamp: event.time,
  message: event.message,
  ingestionTime: event.time,
  eventId: `${BigInt(`0x${taskId}`).toString().padStart(40, '0').slice(-40)}${String(event.begin).padStart(16, '0')}`,
});
