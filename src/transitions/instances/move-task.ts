import { HOST } from '../../domain/instance.ts';
import type { Service } from '../../service/service.ts';
import { insertInstance, instanceById, liveInstancesOf, setInstanceHost } from '../../store/instance-rows.ts';
import type { TaskRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { setTaskInstance } from '../../store/task-rows.ts';
import { nowOf } from './apply.ts';

/**
 * A task that was placed on a host to come is on this one: it is moved to its environment's instance there, and a slice with
 * it. Resolves to its row as it is then. One whose host is not listed yet stays where it is, and is told of again.
 */
export const moveTask = async (service: Service, tx: Tx, task: TaskRow, host: string): Promise<TaskRow> => {
  const from = await instanceById(tx, task.instance);
  const to = service.capacity.hosts.find(({ id }) => id === host);
  if (!from || from.host === host || !to) return task;
  if (from.type !== HOST) {
    await setInstanceHost(tx, from.id, host);
    return task;
  }
  const instance = (await hostInstance(tx, task.environment, host)) ?? (await make());
  await setTaskInstance(tx, task.id, instance);
  return { ...task, instance };

  async function make(): Promise<string> {
    const id = `i-${service.ids.hex(17)}`;
    const containerInstance = service.ids.hex(32);
    const { environment } = task;
    const at = nowOf(service.clock);
    await insertInstance(tx, { id, containerInstance, environment, host, type: HOST, size: to!.size, at });
    return id;
  }
};

const hostInstance = async (tx: Tx, environment: number, host: string): Promise<string | undefined> =>
  (await liveInstancesOf(tx, environment)).find(
    (one) => one.host === host && one.type === HOST && one.state.kind === 'running',
  )?.id;
