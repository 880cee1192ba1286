import { containerLogId, DEFAULT_GROUP } from '../domain/log-stream.ts';
import type { TaskRow } from './schema.ts';
import type { Tx } from './store.ts';

/** A stored stream name (see `logStreamName`) of a group begins with this. */
const stored = (group: string, stream: string): string =>
  group === DEFAULT_GROUP ? stream : `${group}\n${stream}`;

export const rememberGroup = (tx: Tx, group: string, at: number): Promise<number> =>
  tx.run('INSERT OR IGNORE INTO log_groups (name, created_at) VALUES (?, ?)', [group, at]);

/** Groups beside the default one. */
export const logGroups = (tx: Tx): Promise<{ name: string; created_at: number }[]> =>
  tx.all('SELECT name, created_at FROM log_groups ORDER BY name');

export const groupExists = async (tx: Tx, group: string): Promise<boolean> =>
  group === DEFAULT_GROUP || (await tx.all('SELECT 1 FROM log_groups WHERE name = ?', [group])).length > 0;

/*
 * A stream is that of a task, of a pod's first container, or of another of its containers. Each is told as its task's row with
 * the stream's own name, and for an id that of its output: see `containerLogId`.
 */
type Found = TaskRow & { readonly stream: string; readonly place: number };

const asStream = <Row extends Found>({ stream, place, ...task }: Row) => ({
  ...task,
  id: containerLogId(task.id, place),
  log_stream: stream,
});

/** `where` speaks of `log_stream`; its parameters are given once for each half. */
const union = (where: string): string => `
  SELECT *, log_stream AS stream, 0 AS place FROM tasks WHERE ${where}
  UNION ALL
  SELECT t.*, s.log_stream AS stream, s.place FROM container_streams s CROSS JOIN tasks t ON t.id = s.task
    WHERE ${where.replaceAll('log_stream', 's.log_stream')}`;

/** What a stream is of. */
export const streamTask = async (tx: Tx, group: string, stream: string): Promise<TaskRow | undefined> => {
  const name = stored(group, stream);
  const [found] = await tx.all<Found>(union('log_stream = ?'), [name, name]);
  return found && asStream(found);
};

const LAST = '\u{10ffff}';

/** A page of a group's streams in the order of their names. */
export const streamsByName = async (
  tx: Tx,
  group: string,
  prefix: string,
  after: string | undefined,
  descending: boolean,
  limit: number,
): Promise<TaskRow[]> => {
  const low = stored(group, descending || after === undefined || after < prefix ? prefix : after);
  const high = stored(group, descending && after !== undefined ? after : prefix + LAST);
  const from = !descending && after !== undefined && after >= prefix ? '>' : '>=';
  const plain = group === DEFAULT_GROUP ? 'AND instr(log_stream, char(10)) = 0' : '';
  const found = await tx.all<Found>(
    `${union(`log_stream ${from} ? AND log_stream < ? ${plain}`)}
     ORDER BY stream ${descending ? 'DESC' : 'ASC'} LIMIT ?`,
    [low, high, low, high, limit],
  );
  return found.map(asStream);
};

/**
 * A page by the last event's time, which is taken to be the task's end, or now while it runs. `after`: the time and the
 * name of the last one shown.
 */
export const streamsByTime = async (
  tx: Tx,
  group: string,
  after: readonly [number, string] | undefined,
  descending: boolean,
  limit: number,
): Promise<(TaskRow & { last: number })[]> => {
  const [op, order] = descending ? ['<', 'DESC'] : ['>', 'ASC'];
  const [time, name] = after ?? [descending ? Number.MAX_SAFE_INTEGER : -1, ''];
  const where =
    group === DEFAULT_GROUP
      ? 'instr(log_stream, char(10)) = 0'
      : `log_stream >= '' || ? || char(10)
    AND log_stream < '' || ? || char(11)`;
  const params = group === DEFAULT_GROUP ? [] : [group, group, group, group];
  const found = await tx.all<Found & { last: number }>(
    `SELECT * FROM (SELECT *, coalesce(stopped_at, started_at, created_at) AS last FROM (${union(where)}))
     WHERE (last, stream) ${op} (?, ?) ORDER BY last ${order}, stream ${order} LIMIT ?`,
    [...params, time, name, limit],
  );
  return found.map(asStream);
};
