import type { Tx } from './store.ts';

/*
 * A task that is a pod of several containers has a log stream for each. The first container's stands in `tasks`, those of the
 * others here, by their places among the pod's containers.
 */
export const CONTAINER_STREAMS_TABLES = `
  ALTER TABLE tasks ADD COLUMN pod TEXT;
  CREATE TABLE container_streams (
    log_stream TEXT PRIMARY KEY, task TEXT NOT NULL, place INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX container_streams_task ON container_streams (task);
`;

/** `streams`: of the second container on. */
export const insertContainerStreams = async (
  tx: Tx,
  task: string,
  streams: readonly string[],
): Promise<void> => {
  for (const [at, stream] of streams.entries())
    await tx.run('INSERT INTO container_streams (log_stream, task, place) VALUES (?, ?, ?)', [
      stream,
      task,
      at + 1,
    ]);
};

/** The places of tasks' containers beside the first. */
export const containerPlaces = (
  tx: Tx,
  tasks: readonly string[],
): Promise<{ readonly task: string; readonly place: number }[]> =>
  tx.all('SELECT task, place FROM container_streams WHERE task IN (SELECT value FROM json_each(?))', [
    JSON.stringify(tasks),
  ]);

/** They go with their tasks. */
export const deleteContainerStreams = (tx: Tx, tasks: readonly string[]): Promise<number> =>
  tx.run('DELETE FROM container_streams WHERE task IN (SELECT value FROM json_each(?))', [
    JSON.stringify(tasks),
  ]);
