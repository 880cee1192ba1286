import type { Log } from '../../lib/logger.ts';
import type { Followed } from './client/follower.ts';
import type { WatchHead } from './client/watch-head.ts';
import { LABEL, taskIdIn } from './names.ts';
import type { Pod } from './objects.ts';
import type { PodsApi } from './pods-api.ts';
import type { Removals } from './removals.ts';
import { podIn } from './stage.ts';
import { adoptedTask, newTask, type Task, type Tasks } from './tasks.ts';
import { isTombstone, type Tombstones } from './tombstones.ts';

export interface PodsFollowedParts {
  readonly api: PodsApi;
  readonly log: Log;
  readonly tasks: Tasks;
  readonly removals: Removals;
  readonly tombstones: Tombstones;
  readonly meet: (task: Task, pod: Pod) => void;
  /** Its pod is not in the cluster any more. */
  readonly vanish: (task: Task) => void;
}

/** What the cluster tells of our pods, by list and by watch, as events of tasks. */
export class PodsFollowed implements Followed<Pod> {
  readonly path: string;
  readonly selectors: Readonly<Record<string, string>>;
  readonly read: (value: unknown) => Pod | undefined;
  private readonly parts: PodsFollowedParts;
  /** Known to be in the cluster when the list that is made now began: what it lacks of them is gone. */
  private before: readonly (readonly [Task, string])[] = [];
  private isAway = false;
  private readonly complained = new Set<string>();

  constructor(parts: PodsFollowedParts) {
    this.parts = parts;
    const { path, selectors, read } = parts.api.collection;
    this.path = path;
    this.selectors = selectors;
    this.read = read;
  }

  readonly listing = (): void => {
    this.before = this.parts.tasks.there().map((task) => [task, podIn(task.stage)!.uid] as const);
  };

  readonly listed = (pods: readonly Pod[]): void => {
    const { removals } = this.parts;
    const uids = new Set(pods.map(({ uid }) => uid));
    for (const [task, uid] of this.before) if (!uids.has(uid)) this.vanished(task, uid);
    removals.keep(uids);
    for (const pod of pods) this.there(pod);
  };

  readonly there = (pod: Pod): void => {
    const { tasks, removals, meet } = this.parts;
    if (removals.has(pod.uid)) return;
    const id = taskIdOf(pod);
    if (id === undefined) this.complain(pod);
    else if (isTombstone(pod) && !tasks.get(id)) this.adoptTombstone(id, pod);
    else if (tasks.get(id)?.stage.kind === 'recalled' && !isTombstone(pod)) removals.add(pod);
    else meet(tasks.get(id) ?? this.adopt(id, pod), pod);
  };

  /** Rule K-049: its last state is judged before it counts as gone. */
  readonly gone = (pod: Pod): void => {
    const { tasks, removals, meet } = this.parts;
    const isOurs = removals.has(pod.uid);
    removals.gone(pod.uid);
    const task = tasks.get(taskIdOf(pod) ?? '');
    if (isOurs || !task || podIn(task.stage)?.uid !== pod.uid) return;
    meet(task, pod);
    this.vanished(task, pod.uid);
  };

  /** Of a pod that is being removed all that is asked is whether it is gone; of any other one what is not known yet. */
  readonly isEnough = ({ kind, name, uid, version }: WatchHead): boolean => {
    const { tasks, removals } = this.parts;
    if (removals.has(uid)) {
      if (kind === 'gone') removals.gone(uid);
      return true;
    }
    const task = tasks.get(taskIdIn(name) ?? '');
    const known = task && podIn(task.stage);
    return kind === 'there' && known?.uid === uid && known.resourceVersion === version;
  };

  readonly heard = (): void => {
    if (this.isAway) this.parts.log.warn({}, 'the Kubernetes API is heard again');
    this.isAway = false;
  };

  readonly unheard = (error: Error): void => {
    this.parts.log.warn({ error: error.message }, 'the Kubernetes API is not heard: what runs goes on');
    this.isAway = true;
  };

  private vanished(task: Task, uid: string): void {
    const { vanish, tasks } = this.parts;
    if (tasks.has(task) && podIn(task.stage)?.uid === uid) vanish(task);
  }

  /** A pod that nobody here knows: an earlier server's. */
  private adopt(id: string, pod: Pod): Task {
    const task = adoptedTask(id, pod);
    this.parts.tasks.put(task);
    return task;
  }

  /** Of a server before us: the task never begins. */
  private adoptTombstone(id: string, pod: Pod): void {
    const { tasks, tombstones } = this.parts;
    tombstones.keep(pod);
    tasks.put(newTask(id, undefined, { kind: 'recalled' }));
  }

  /** Rule K-075: once. */
  private complain({ name, uid }: Pod): void {
    if (!this.complained.has(uid))
      this.parts.log.error({ pod: name }, 'a pod of ours names no task: it is left');
    this.complained.add(uid);
  }
}

/** By its label; else by its name (K-075). */
const taskIdOf = ({ labels, name }: Pod): string | undefined => labels[LABEL.task] ?? taskIdIn(name);
