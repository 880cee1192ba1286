import type { Pod } from './objects.ts';
import type { Persistence } from './persistence.ts';
import type { PodsApi } from './pods-api.ts';
import { podIn } from './stage.ts';
import type { Task } from './tasks.ts';

export interface DeleteUnboundParts {
  readonly api: PodsApi;
  readonly persistence: Persistence;
  readonly isClosed: () => boolean;
  readonly meet: (task: Task, pod: Pod) => void;
}

/**
 * Deletes the pod of a task that was given up as it was seen unbound last (K-016). A conflict means that it changed: it is looked
 * at again, and one that was bound meanwhile is no longer given up. Resolves when nothing is left to be done.
 */
export const deleteUnbound = async (task: Task, { name, uid }: Pod, parts: DeleteUnboundParts) => {
  const { api, persistence, isClosed, meet } = parts;
  const isVoid = () => isClosed() || unbound(task, uid) === undefined;
  // asked anew each time: it may have been bound while the API was busy
  const remove = async () => {
    const seen = unbound(task, uid);
    if (seen) await api.delete(name, { uid, resourceVersion: seen.resourceVersion }, 0);
  };
  const look = async () => {
    const found = await api.get(name);
    if (found?.uid === uid) meet(task, found);
    else isAnother = true;
  };
  let isAnother = false;
  while (!(await persistence.persist('a pod that has no node is not deleted', remove, isVoid))) {
    if (isVoid()) return;
    await persistence.persist('a pod that has no node is not seen', look, isVoid);
    if (isAnother) return;
  }
};

/** The task's pod as long as it is given up, not bound, and not deleted. */
const unbound = ({ stage }: Task, uid: string): Pod | undefined => {
  const pod = podIn(stage);
  const isGivenUp = stage.kind === 'there' && stage.doom !== undefined;
  const isLeft = pod?.uid === uid && pod.nodeName === undefined && pod.deletedAt === undefined;
  return isGivenUp && isLeft ? pod : undefined;
};
