import type { Hosts } from './given.ts';
import { growthOf, type Pod } from './objects.ts';
import type { Task } from './tasks.ts';

/** Where tasks have come to that were placed on nodes to come (K-148). */
export class Arrivals {
  private readonly hosts: Pick<Hosts, 'idOf'>;
  /** By task, the node that it is bound to and that nobody has told of yet: nodes and pods are watched apart. */
  private readonly early = new Map<Task, string>();

  constructor(hosts: Pick<Hosts, 'idOf'>) {
    this.hosts = hosts;
  }

  /** The id of the host; undefined where the pod was placed otherwise, or is not bound, or its node is not known. */
  hostOf(task: Task, pod: Pod): string | undefined {
    this.early.delete(task);
    const { nodeName } = pod;
    if (nodeName === undefined || growthOf(pod) === undefined) return undefined;
    const host = this.hosts.idOf(nodeName);
    if (host === undefined) this.early.set(task, nodeName);
    return host;
  }

  /** Those whose nodes are known by now; each once. */
  due(): Task[] {
    const known = [...this.early].flatMap(([task, name]) =>
      this.hosts.idOf(name) === undefined ? [] : [task],
    );
    for (const task of known) this.early.delete(task);
    return known;
  }

  forget(task: Task): void {
    this.early.delete(task);
  }
}
