import type { Resources } from '../domain/container.ts';
import { type HostFree, type HostView, MACHINE } from '../domain/host.ts';
import { HOST, SLICE } from '../domain/instance.ts';
import { instanceCode } from './instance-rows.ts';
import type { EnvironmentRow, InstanceRow, TaskRow } from './schema.ts';
import type { SqlValue, Tx } from './store.ts';

/*
 * Environments, instances and tasks as ECS's clients ask for them: a cluster is an environment's. The slices of a FARGATE
 * environment are no instances that anybody could look at.
 */

/** The environment of a cluster, deleted or not. */
export const environmentOfCluster = async (tx: Tx, cluster: string): Promise<EnvironmentRow | undefined> =>
  (await tx.all<EnvironmentRow>('SELECT * FROM environments WHERE cluster = ?', [cluster]))[0];

export interface ClusterCounts {
  readonly instances: number;
  readonly running: number;
  readonly pending: number;
}

const COUNTS = `
  SELECT
    (SELECT count(*) FROM instances WHERE environment = ? AND state < 2 AND type <> '${SLICE}') AS instances,
    (SELECT count(*) FROM tasks WHERE environment = ? AND state < 2 AND state = 1) AS running,
    (SELECT count(*) FROM tasks WHERE environment = ? AND state < 2 AND state = 0) AS pending`;

export const clusterCounts = async (tx: Tx, environment: number): Promise<ClusterCounts> =>
  (await tx.all<ClusterCounts>(COUNTS, [environment, environment, environment]))[0]!;

/** An instance with what its tasks use of it. */
export interface UsedInstance extends InstanceRow {
  readonly running: number;
  readonly pending: number;
  readonly used_milli_vcpus: number;
  readonly used_memory_mib: number;
  readonly used_gpus: number;
}

/* A task that waits for another's room uses none of its own. */
const USED = `
  SELECT i.*, coalesce(sum(t.state = 1), 0) AS running, coalesce(sum(t.state = 0), 0) AS pending,
    coalesce(sum(t.milli_vcpus) FILTER (WHERE t.after IS NULL), 0) AS used_milli_vcpus,
    coalesce(sum(t.memory_mib) FILTER (WHERE t.after IS NULL), 0) AS used_memory_mib,
    coalesce(sum(t.gpus) FILTER (WHERE t.after IS NULL), 0) AS used_gpus
  FROM instances i LEFT JOIN tasks t ON t.instance = i.id AND t.state < 2
  WHERE i.environment = ? AND i.container_instance = ? AND i.type <> '${SLICE}' GROUP BY i.id`;

export const usedInstance = async (
  tx: Tx,
  environment: number,
  containerInstance: string,
): Promise<UsedInstance | undefined> =>
  (await tx.all<UsedInstance>(USED, [environment, containerInstance]))[0];

/*
 * Instances hold their size of their host, where CPU is a weight of its vCPUs no more than there are; a host itself as an
 * instance only what its tasks do.
 */
const held = (where: string): string => `
  SELECT h.host, coalesce(sum(min(h.milli_vcpus, coalesce(s.value, h.milli_vcpus))), 0) AS milliVcpus,
    coalesce(sum(h.memory_mib), 0) AS memoryMiB, coalesce(sum(h.gpus), 0) AS gpus
  FROM (
    SELECT environment, host, milli_vcpus, memory_mib, gpus FROM instances WHERE state < 2 AND type <> '${HOST}'
    UNION ALL
    SELECT t.environment, coalesce(i.host, '${MACHINE}'), t.milli_vcpus, t.memory_mib, t.gpus
    FROM tasks t LEFT JOIN instances i ON i.id = t.instance
    WHERE t.state < 2 AND t.after IS NULL AND (i.id IS NULL OR i.state = 2 OR i.type = '${HOST}')
  ) h LEFT JOIN json_each(?) s ON s.key = h.host ${where} GROUP BY h.host`;
const HELD = held('');
const HELD_BY = held('WHERE h.environment = ?');

type HeldRow = Resources & { readonly host: string };

/** Of each host where CPU is a weight the vCPUs, by its id. */
const mostVcpus = (hosts: readonly HostView[]): string =>
  JSON.stringify(
    Object.fromEntries(hosts.filter((host) => host.cpuIsWeight).map(({ id, size }) => [id, size.milliVcpus])),
  );

/** What of all hosts one environment holds. */
export const heldBy = async (tx: Tx, hosts: readonly HostView[], environment: number): Promise<Resources> => {
  const rows = await tx.all<HeldRow>(HELD_BY, [mostVcpus(hosts), environment]);
  const all = (member: keyof Resources) => rows.reduce((total, row) => total + row[member], 0);
  return { milliVcpus: all('milliVcpus'), memoryMiB: all('memoryMiB'), gpus: all('gpus') };
};

/** What of each host nothing holds; none where more is held than there is, after a start with a smaller one. */
export const freeOfHosts = async (tx: Tx, hosts: readonly HostView[]): Promise<HostFree[]> => {
  const rows = await tx.all<HeldRow>(HELD, [mostVcpus(hosts)]);
  return hosts.map((host) => {
    const row = rows.find((r) => r.host === host.id);
    const free = (member: keyof Resources) =>
      Math.max(0, host.size[member] - host.foreign[member] - (row?.[member] ?? 0));
    return {
      host,
      free: { milliVcpus: free('milliVcpus'), memoryMiB: free('memoryMiB'), gpus: free('gpus') },
    };
  });
};

/** Container instances that are not terminated, by their ids; `state` undefined: those in either. `draining`: hosts whose instances are. */
export const pageOfContainerInstances = async (
  tx: Tx,
  environment: number,
  {
    state,
    draining,
  }: { readonly state: 'running' | 'draining' | undefined; readonly draining: readonly string[] },
  after: string,
  limit: number,
): Promise<string[]> => {
  const code = state === undefined ? null : instanceCode(state);
  const drains = instanceCode('draining');
  const rows = await tx.all<{ container_instance: string }>(
    `SELECT container_instance FROM instances
     WHERE environment = ? AND state < 2 AND type <> '${SLICE}' AND container_instance > ?
       AND (? IS NULL OR CASE WHEN host IN (SELECT value FROM json_each(?)) THEN ? ELSE state END = ?)
     ORDER BY container_instance LIMIT ?`,
    [environment, after, code, JSON.stringify(draining), drains, code, limit],
  );
  return rows.map((row) => row.container_instance);
};

/** A task with its job, its instance and what it was made of. */
export interface EcsTask extends TaskRow {
  readonly job_id: string;
  /** Of a child or a node: its place in its job. */
  readonly job_index: number;
  /** The stop of its own job. */
  readonly stop_kind: number;
  /** The job's spec, a `JobSpec` in JSON. */
  readonly spec: string;
  readonly container_instance: string | null;
}

/* A child's id, or a node's. */
const JOB_ID = `coalesce(j.id, p.id || CASE j.role WHEN 0 THEN ':' ELSE '#' END || j.idx)`;

/* What retention has hidden has no parent any more: a plain job stands for its own. */
const TASK = `
  t.*, ${JOB_ID} AS job_id, j.idx AS job_index, j.stop_kind, s.doc AS spec, i.container_instance
  FROM tasks t JOIN jobs j ON j.seq = t.job JOIN jobs p ON p.seq = CASE WHEN j.parent > 0 THEN j.parent ELSE j.seq END
    JOIN specs s ON s.id = j.spec LEFT JOIN instances i ON i.id = t.instance AND i.type <> '${SLICE}'`;

export const ecsTask = async (tx: Tx, environment: number, id: string): Promise<EcsTask | undefined> =>
  (await tx.all<EcsTask>(`SELECT ${TASK} WHERE t.id = ? AND t.environment = ?`, [id, environment]))[0];

export interface TaskSelector {
  readonly environment: number;
  /** Undefined: those that have not stopped; else those that stopped since then, wall milliseconds. */
  readonly stoppedSince?: number | undefined;
  readonly containerInstance?: string | undefined;
  /** The name of a job definition. */
  readonly family?: string | undefined;
  /** A job's id. */
  readonly startedBy?: string | undefined;
}

/** What one page looks at, at most, of tasks that have stopped: they are kept by their ids, not by their ends. */
const LOOK = 10_000;

/**
 * Ids of tasks above `after`, ascending. `next` is where the next page goes on; of stopped tasks a page may be short, or
 * empty, and have a next one all the same.
 */
export const pageOfTasks = async (
  tx: Tx,
  selector: TaskSelector,
  after: string,
  limit: number,
): Promise<{ ids: string[]; next: string | undefined }> => {
  const { environment, stoppedSince } = selector;
  const [last] =
    stoppedSince === undefined
      ? []
      : await tx.all<{ id: string }>('SELECT id FROM tasks WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?', [
          after,
          LOOK - 1,
        ]);
  const [state, params]: [string, SqlValue[]] =
    stoppedSince === undefined
      ? ['t.state < 2', []]
      : ['t.id <= ? AND t.state = 2 AND t.stopped_at >= ?', [last?.id ?? 'g', stoppedSince]];
  const [more, values] = conditions(selector);
  const rows = await tx.all<{ id: string }>(
    `SELECT ${TASK} WHERE t.id > ? AND ${state} AND t.environment = ? ${more} ORDER BY t.id LIMIT ?`,
    [after, ...params, environment, ...values, limit + 1],
  );
  const ids = rows.slice(0, limit).map((row) => row.id);
  return { ids, next: rows.length > limit ? ids.at(-1) : last?.id };
};

const conditions = ({ containerInstance, family, startedBy }: TaskSelector): [string, SqlValue[]] => {
  const asked: [string, string | undefined][] = [
    ['AND i.container_instance = ?', containerInstance],
    [`AND s.doc ->> 'definitionName' = ?`, family],
    [`AND ${JOB_ID} = ?`, startedBy],
  ];
  const given = asked.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return [given.map(([sql]) => sql).join(' '), given.map(([, value]) => value)];
};
