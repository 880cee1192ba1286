import { parseJobId } from '../../domain/job-id.ts';
import { isFinal, isWaiting, JOB_STATES, type JobState, stateCode, stateOf } from '../../domain/job-state.ts';
import { isRefusal, refuse } from '../../domain/refusal.ts';
import { taskStateOf } from '../../domain/task-state.ts';
import type { Operation, Service } from '../../service/service.ts';
import { type ChildEnd, childEnds } from '../../store/child-ends.ts';
import { findJob } from '../../store/job-rows.ts';
import { Stops } from '../../store/stops-in-force.ts';
import type { Tx } from '../../store/store.ts';
import { attemptsOf } from '../../store/task-rows.ts';
import { compact } from '../jobs/detail.ts';
import { ranges } from './ranges.ts';

type Grouping = 'REASON' | 'EXIT_CODE' | 'STATE';

interface Group {
  readonly first: ChildEnd;
  readonly indices: number[];
  readonly ran: number[];
}

/** So many groups have a line of one child's log with them. */
const WITH_LINE = 5;

/**
 * Children of an array by how they ended, the largest group first: `count`, `indices` (ranges, the first 50), `medianRan` in
 * milliseconds, and of the first groups the last line that one child printed. One pass over the array's rows, 10,000 at the
 * most. Without `states`: what has ended.
 */
export const getArrayGroups: Operation<{
  readonly jobId: string;
  readonly states?: readonly JobState[];
  readonly by?: Grouping;
}> = async (service, input) => {
  const states = input.states?.length ? input.states : JOB_STATES.filter(isFinal);
  const read = await service.store.read(async (tx) => {
    const id = parseJobId(input.jobId);
    const array = id && (await findJob(tx, id));
    if (!array?.size) return refuse(`Job ${input.jobId} not found or is not an array job.`);
    const stop = await new Stops(tx).overParts(array);
    const rows = (await childEnds(tx, array.seq)).map((row) =>
      stop && isWaiting(stateOf(row.state))
        ? { ...row, state: stateCode('FAILED'), status_reason: stop.reason }
        : row,
    );
    const groups = grouped(rows, states, input.by ?? 'REASON');
    return { array, groups, tasks: await lastTasks(tx, groups.slice(0, WITH_LINE), array.seq) };
  });
  if (isRefusal(read)) return read;
  const { array, groups, tasks } = read;
  return {
    jobId: array.id,
    size: array.size,
    groups: groups.map((group, at) => shown(service, group, tasks[at])),
    at: service.clock.wall(),
  };
};

const grouped = (rows: readonly ChildEnd[], states: readonly JobState[], by: Grouping): Group[] => {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    if (!states.includes(stateOf(row.state))) continue;
    const key = JSON.stringify(keyOf(row, by));
    const group = groups.get(key) ?? { first: row, indices: [], ran: [] };
    groups.set(key, group);
    group.indices.push(row.idx);
    if (row.started_at !== null && row.stopped_at !== null) group.ran.push(row.stopped_at - row.started_at);
  }
  return [...groups.values()].sort((a, b) => b.indices.length - a.indices.length);
};

const keyOf = (row: ChildEnd, by: Grouping): readonly (string | number | null)[] => {
  switch (by) {
    case 'STATE':
      return [row.state];
    case 'EXIT_CODE':
      return [row.state, row.exit_code];
    case 'REASON':
      return [row.state, row.exit_code, row.container_reason, row.status_reason];
  }
};

interface LastTask {
  readonly index: number;
  readonly id: string;
  readonly isOver: boolean;
}

/** Of one child of each group. */
const lastTasks = async (
  tx: Tx,
  groups: readonly Group[],
  parent: number,
): Promise<(LastTask | undefined)[]> => {
  const tasks = [];
  for (const { first } of groups) {
    const task = (await attemptsOf(tx, parent + 1 + first.idx)).at(-1);
    tasks.push(task && { index: first.idx, id: task.id, isOver: taskStateOf(task.state) === 'over' });
  }
  return tasks;
};

const shown = (service: Service, { first, indices, ran }: Group, task: LastTask | undefined) =>
  compact({
    state: stateOf(first.state),
    exitCode: first.exit_code,
    reason: first.container_reason,
    statusReason: first.status_reason,
    count: indices.length,
    indices: ranges(indices),
    medianRan: [...ran].sort((a, b) => a - b)[ran.length >> 1],
    example: task && compact({ index: task.index, lastLine: lastLine(service, task) }),
  });

const lastLine = ({ output }: Service, { id, isOver }: LastTask): string | undefined => {
  const place = { from: Number.MAX_SAFE_INTEGER, limit: 1, complete: isOver };
  return output.read(id, { ...place, direction: 'backward' }).events.at(-1)?.message;
};
