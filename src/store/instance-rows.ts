import type { Resources } from '../domain/container.ts';
import type { Began } from '../domain/deadline.ts';
import type { DrainReason, Instance, InstanceState, RetireReason } from '../domain/instance.ts';
import { type InstanceRow, isSet } from './schema.ts';
import type { Tx } from './store.ts';

/** How a state is stored: its place in the list. */
const STATES = ['running', 'draining', 'terminated'] as const;
export const instanceCode = (state: InstanceState['kind']): number => STATES.indexOf(state);

export interface NewInstance {
  readonly id: string;
  readonly containerInstance: string;
  readonly environment: number;
  readonly host: string;
  readonly type: string;
  readonly size: Resources;
  readonly at: Began;
}

const INSERT = `
  INSERT INTO instances (id, container_instance, environment, host, type, milli_vcpus, memory_mib, gpus, state,
    launched_at, idle_at, idle_steady, idle_boot)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)`;

/** A launched instance begins without a task. */
export const insertInstance = (tx: Tx, made: NewInstance): Promise<number> => {
  const { size, at } = made;
  return tx.run(INSERT, [
    made.id,
    made.containerInstance,
    made.environment,
    made.host,
    made.type,
    size.milliVcpus,
    size.memoryMiB,
    size.gpus,
    at.wall,
    at.wall,
    at.steady,
    at.bootId,
  ]);
};

/** A host has another id from now on; once none has the former, nothing is changed. */
export const renameHost = (tx: Tx, from: string, to: string): Promise<number> =>
  tx.run('UPDATE instances SET host = ? WHERE host = ?', [to, from]);

/** Instances that are not terminated, in the order of their environments and launches. */
export const liveInstances = async (tx: Tx): Promise<Instance[]> =>
  (
    await tx.all<InstanceRow>('SELECT * FROM instances WHERE state < 2 ORDER BY environment, launched_at, id')
  ).map(instanceOf);

/** Those of one environment. */
export const liveInstancesOf = async (tx: Tx, environment: number): Promise<Instance[]> =>
  (
    await tx.all<InstanceRow>(
      'SELECT * FROM instances WHERE environment = ? AND state < 2 ORDER BY launched_at, id',
      [environment],
    )
  ).map(instanceOf);

/** One in any state. */
export const instanceById = async (tx: Tx, id: string): Promise<Instance | undefined> => {
  const [row] = await tx.all<InstanceRow>('SELECT * FROM instances WHERE id = ?', [id]);
  return row && instanceOf(row);
};

export const instanceOf = (row: InstanceRow): Instance => ({
  id: row.id,
  containerInstance: row.container_instance,
  environment: row.environment,
  host: row.host,
  type: row.type,
  size: { milliVcpus: row.milli_vcpus, memoryMiB: row.memory_mib, gpus: row.gpus },
  state: stateOf(row),
  ran: isSet(row.ran),
  launchedAt: row.launched_at,
});

const stateOf = (row: InstanceRow): InstanceState => {
  const kind = STATES[row.state]!;
  switch (kind) {
    case 'running': {
      const idleSince = began(row.idle_at, row.idle_steady, row.idle_boot);
      return { kind, ...(idleSince && { idleSince }) };
    }
    case 'draining': {
      const since = began(row.drain_at, row.drain_steady, row.drain_boot);
      const deadline = since && { began: since, milliseconds: row.drain_milliseconds! };
      return { kind, reason: row.reason as DrainReason, ...(deadline && { deadline }) };
    }
    case 'terminated':
      return {
        kind,
        at: row.stopped_at ?? row.launched_at,
        reason: row.reason as DrainReason | RetireReason,
      };
  }
};

const began = (wall: number | null, steady: number | null, bootId: string | null): Began | undefined =>
  wall === null || steady === null || bootId === null ? undefined : { wall, steady, bootId };

/** From now on it has a task. */
export const setInstanceBusy = (tx: Tx, id: string): Promise<number> =>
  tx.run('UPDATE instances SET ran = 1, idle_at = NULL, idle_steady = NULL, idle_boot = NULL WHERE id = ?', [
    id,
  ]);

/** From now on it has none. */
export const setInstanceIdle = (tx: Tx, id: string, at: Began): Promise<number> =>
  tx.run('UPDATE instances SET idle_at = ?, idle_steady = ?, idle_boot = ? WHERE id = ?', [
    at.wall,
    at.steady,
    at.bootId,
    id,
  ]);

/**
 * Takes no more tasks; `milliseconds` from `at` it ends, tasks or not; undefined: with its last task. One that drains
 * already goes on as it was told, unless its environment is deleted; one without a deadline gets it, and keeps its reason.
 */
export const setInstanceDraining = (
  tx: Tx,
  id: string,
  reason: DrainReason,
  at: Began,
  milliseconds: number | undefined,
): Promise<number> =>
  milliseconds === undefined
    ? tx.run('UPDATE instances SET state = 1, reason = ? WHERE id = ? AND state = 0', [reason, id])
    : tx.run(
        `UPDATE instances SET state = 1, reason = iif(state = 0 OR ? = 'deleted', ?, reason), drain_at = ?,
         drain_steady = ?, drain_boot = ?, drain_milliseconds = ?
         WHERE id = ? AND (state = 0 OR (state = 1 AND (drain_at IS NULL OR ? = 'deleted')))`,
        [reason, reason, at.wall, at.steady, at.bootId, milliseconds, id, reason],
      );

const TERMINATE = `
  UPDATE instances SET state = 2, reason = ?, stopped_at = ?,
    unused_age = CASE WHEN EXISTS (SELECT 1 FROM tasks t WHERE t.instance = instances.id) THEN NULL ELSE ? END
  WHERE id = ? AND state < 2`;

/** It is shown as long as the last of its tasks, or for a while from `age` on (see `AgeMark`) when it has none. */
export const setInstanceTerminated = (
  tx: Tx,
  id: string,
  reason: string,
  at: number,
  age: number,
): Promise<number> => tx.run(TERMINATE, [reason, at, age, id]);

/** Hosts as instances are as large as these, which is another size after a restart with another capacity. */
export const resizeInstance = (tx: Tx, id: string, size: Resources): Promise<number> =>
  tx.run('UPDATE instances SET milli_vcpus = ?, memory_mib = ?, gpus = ? WHERE id = ?', [
    size.milliVcpus,
    size.memoryMiB,
    size.gpus,
    id,
  ]);

/** Of one that was cut from a host to come, once that is there. */
export const setInstanceHost = (tx: Tx, id: string, host: string): Promise<number> =>
  tx.run('UPDATE instances SET host = ? WHERE id = ?', [host, id]);

/** The tasks that are on an instance are lost from now on; resolves to how many were not so before. */
export const loseTasks = (tx: Tx, instance: string): Promise<number> =>
  tx.run('UPDATE tasks SET lost = 1 WHERE instance = ? AND state < 2 AND lost = 0', [instance]);

/** Whether a task is on it. */
export const isBusy = async (tx: Tx, instance: string): Promise<boolean> =>
  (await tx.all('SELECT 1 FROM tasks WHERE instance = ? AND state < 2 LIMIT 1', [instance])).length > 0;

/** Thousandths of a vCPU of the instances of an environment that take tasks. */
export const runningMilliVcpus = async (tx: Tx, environment: number): Promise<number> =>
  (
    await tx.all<{ sum: number | null }>(
      'SELECT sum(milli_vcpus) AS sum FROM instances WHERE environment = ? AND state = 0',
      [environment],
    )
  )[0]?.sum ?? 0;

/** How many instances of an environment go with their last task because its setup was changed. */
export const countReplaced = async (tx: Tx, environment: number): Promise<number> =>
  (
    await tx.all<{ n: number }>(
      `SELECT count(*) AS n FROM instances WHERE environment = ? AND state = 1 AND reason = 'replaced'`,
      [environment],
    )
  )[0]!.n;
