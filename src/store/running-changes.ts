import type { Instance } from '../domain/instance.ts';
import { instanceOf, liveInstances } from './instance-rows.ts';
import type { InstanceRow } from './schema.ts';
import type { Tx } from './store.ts';
import { ACTIVE_TASK, type ActiveTask, activeTasks } from './task-rows.ts';

/*
 * Which tasks and instances changed: the database notes it itself, whoever wrote them, so that no writer can forget to. It
 * notes in tables of the connection alone, which a lost transaction undoes with what they tell of.
 */

/** What is noted, by kinds: 0 a task, 1 an instance. */
const noted = (kind: 0 | 1, id: string): string => `INSERT INTO changed (kind, id) VALUES (${kind}, ${id});`;

const trigger = (name: string, when: string, body: string): string =>
  `CREATE TEMP TRIGGER changed_${name} AFTER ${when} BEGIN ${body} END;`;

/** What active tasks are shown with of their jobs: `ACTIVE_TASK`. A job that was never placed has no task. */
const OF_JOB = ['stop_kind', 'stop_reason', 'spec', 'parent', 'role'];
const JOB_CHANGED = OF_JOB.map((column) => `old.${column} IS NOT new.${column}`).join(' OR ');

/** For each connection, once it is open. */
export const NOTE_CHANGES = `
  CREATE TEMP TABLE changed (kind INTEGER NOT NULL, id TEXT NOT NULL);
  CREATE TEMP TABLE follower (n INTEGER NOT NULL);
  INSERT INTO follower (n) VALUES (0);
  ${trigger('task_in', 'INSERT ON main.tasks WHEN new.state < 2', noted(0, 'new.id'))}
  ${trigger('task_up', 'UPDATE ON main.tasks WHEN old.state < 2 OR new.state < 2', noted(0, 'old.id'))}
  ${trigger('task_renamed', 'UPDATE OF id ON main.tasks', noted(0, 'new.id'))}
  ${trigger('task_out', 'DELETE ON main.tasks WHEN old.state < 2', noted(0, 'old.id'))}
  ${trigger('instance_in', 'INSERT ON main.instances WHEN new.state < 2', noted(1, 'new.id'))}
  ${trigger('instance_up', 'UPDATE ON main.instances WHEN old.state < 2 OR new.state < 2', noted(1, 'old.id'))}
  ${trigger('instance_renamed', 'UPDATE OF id ON main.instances', noted(1, 'new.id'))}
  ${trigger(
    'instance_moved',
    'UPDATE OF host ON main.instances WHEN old.host IS NOT new.host',
    'INSERT INTO changed (kind, id) SELECT 0, id FROM tasks WHERE instance = new.id AND state < 2;',
  )}
  ${trigger('instance_out', 'DELETE ON main.instances WHEN old.state < 2', noted(1, 'old.id'))}
  ${trigger(
    'job_up',
    `UPDATE OF ${OF_JOB.join(', ')} ON main.jobs WHEN new.attempt > 0 AND (${JOB_CHANGED})`,
    'INSERT INTO changed (kind, id) SELECT 0, id FROM tasks WHERE job = new.seq AND state < 2;',
  )}
`;

/** What runs, or what of it changed since its follower looked last. */
export interface Changes {
  /** Who may ask for the next changes: there is one follower, and another that comes takes them over. */
  readonly follower: number;
  /** It is all that runs: nothing that was known before is true. */
  readonly isAll: boolean;
  /** As they are now, by their ids; undefined where one is over, or gone. */
  readonly tasks: ReadonlyMap<string, ActiveTask | undefined>;
  readonly instances: ReadonlyMap<string, Instance | undefined>;
}

/** Kind 2 is the follower. */
const CHANGED = 'SELECT kind, id FROM temp.changed UNION ALL SELECT 2, n FROM temp.follower';

const CHANGED_TASKS = `
  ${ACTIVE_TASK} FROM (SELECT DISTINCT id FROM temp.changed WHERE kind = 0) c CROSS JOIN tasks t ON t.id = c.id
  CROSS JOIN jobs j ON j.seq = t.job LEFT JOIN instances i ON i.id = t.instance WHERE t.state < 2`;

const CHANGED_INSTANCES = `
  SELECT i.* FROM (SELECT DISTINCT id FROM temp.changed WHERE kind = 1) c CROSS JOIN instances i ON i.id = c.id
  WHERE i.state < 2`;

/** What changed since `follower` asked last, this transaction's own changes included; all for whoever asks first. */
export const takeChanges = async (tx: Tx, follower: number | undefined): Promise<Changes> => {
  const noted = await tx.all<{ kind: number; id: string | number }>(CHANGED);
  const now = noted.find(({ kind }) => kind === 2)!.id as number;
  if (now !== follower) return takeAll(tx, now + 1);
  const ids = (kind: number) =>
    noted.filter((one) => one.kind === kind).map(({ id }) => [id as string, undefined] as const);
  const tasks = new Map<string, ActiveTask | undefined>(ids(0));
  const instances = new Map<string, Instance | undefined>(ids(1));
  if (tasks.size > 0) for (const task of await tx.all<ActiveTask>(CHANGED_TASKS)) tasks.set(task.id, task);
  if (instances.size > 0) {
    for (const row of await tx.all<InstanceRow>(CHANGED_INSTANCES)) instances.set(row.id, instanceOf(row));
  }
  if (tasks.size + instances.size > 0) await tx.run('DELETE FROM temp.changed');
  return { follower, isAll: false, tasks, instances };
};

const takeAll = async (tx: Tx, follower: number): Promise<Changes> => {
  await tx.run('UPDATE temp.follower SET n = ?', [follower]);
  await tx.run('DELETE FROM temp.changed');
  const [tasks, instances] = [await activeTasks(tx), await liveInstances(tx)];
  return {
    follower,
    isAll: true,
    tasks: new Map(tasks.map((task) => [task.id, task])),
    instances: new Map(instances.map((instance) => [instance.id, instance])),
  };
};
