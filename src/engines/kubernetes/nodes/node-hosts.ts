import type { HostView } from '../../../domain/host.ts';
import { groupNameIn } from '../names.ts';
import type { Node } from '../objects.ts';
import type { ForeignPod } from './foreign-pod.ts';
import { type ForeignSum, ForeignSums } from './foreign-sums.ts';
import { type GrowthGroup, groupOf, groupWith, hostsToCome } from './growth.ts';
import { hostOf, whyClosed } from './node-view.ts';

export interface NodeHostsSettings {
  readonly gpuResource: string;
  /** Taken off each node where others' pods cannot be seen (K-138); undefined where they can. */
  readonly reserve: ForeignSum | undefined;
  /** What an autoscaler adds. */
  readonly growth?: readonly GrowthGroup[];
}

/** The nodes of a cluster as hosts, as far as events have told of them. Holds no more than that: it asks nobody. */
export class NodeHosts {
  private readonly settings: NodeHostsSettings;
  private readonly nodes = new Map<string, Node>();
  private readonly foreign = new ForeignSums();
  /** Why a node is avoided, by its name. */
  private readonly avoided = new Map<string, string>();
  private readonly views = new Map<string, HostView>();
  private list: readonly HostView[] | undefined;
  private readonly growth: readonly GrowthGroup[];
  /** Why a group brings no node for a while. */
  private readonly closed = new Map<string, string>();
  /** By task, the host to come that it was placed on, until its pod is bound. */
  private readonly awaited = new Map<string, string>();
  /** How many tasks wait for each of those. */
  private readonly waiting = new Map<string, number>();

  constructor(settings: NodeHostsSettings) {
    this.settings = settings;
    this.growth = settings.growth ?? [];
  }

  /** The same list until one of them is another: see `Engine.hosts`. */
  hosts(): readonly HostView[] {
    this.list ??= [...this.views.values(), ...this.growth.flatMap((group) => this.toCome(group))];
    return this.list;
  }

  private toCome(group: GrowthGroup): readonly HostView[] {
    const there = [...this.views.values()].filter((view) => view.group === group.name).length;
    const awaited = new Set([...this.waiting.keys()].filter((id) => groupNameIn(id) === group.name));
    return hostsToCome(group, { there, awaited, closed: this.closed.get(group.name) });
  }

  /** A task waits for the node that this host to come stands for; undefined: for none, any more. */
  await(taskId: string, hostId: string | undefined): void {
    const before = this.awaited.get(taskId);
    if (before === hostId) return;
    this.awaited.delete(taskId);
    if (before !== undefined) this.count(before, -1);
    if (hostId === undefined) return;
    this.awaited.set(taskId, hostId);
    this.count(hostId, 1);
  }

  /** The group whose node it waits for. */
  groupAwaitedBy(taskId: string): string | undefined {
    return groupNameIn(this.awaited.get(taskId));
  }

  /** Only the first and the last of a host change anything. */
  private count(hostId: string, more: 1 | -1): void {
    const now = (this.waiting.get(hostId) ?? 0) + more;
    if (now > 0) this.waiting.set(hostId, now);
    else this.waiting.delete(hostId);
    if (now === 0 || (now === 1 && more === 1)) this.list = undefined;
  }

  /** It brings no node, for this reason; undefined: it may. */
  closeGroup(name: string, why: string | undefined): void {
    if (why === undefined) this.closed.delete(name);
    else this.closed.set(name, why);
    this.list = undefined;
  }

  /** Of a host that is to come. */
  growthOf(hostId: string): GrowthGroup | undefined {
    return groupOf(this.growth, hostId);
  }

  /** The group of a node that an autoscaler brought, and that takes tasks. */
  openGroupOf(node: Node): string | undefined {
    return whyClosed(node) === undefined ? groupWith(this.growth, node.labels)?.name : undefined;
  }

  /** Of a node by its name: the id of its host. */
  idOf(nodeName: string): string | undefined {
    return this.views.get(nodeName)?.id;
  }

  /** Of a host by its id: the node's name, by which pods are pinned. */
  nameOf(hostId: string): string | undefined {
    return this.hosts().find(({ id, isToCome }) => id === hostId && !isToCome)?.name;
  }

  /** Whether its kubelet does not answer (K-067). */
  isSilent(nodeName: string): boolean {
    return this.nodes.get(nodeName)?.ready === 'Unknown';
  }

  /** Of those that nobody closed (K-140). */
  hasNodeWith(labels: Readonly<Record<string, string>>): boolean {
    const asked = Object.entries(labels);
    const isMet = (node: Node) => asked.every(([name, value]) => node.labels[name] === value);
    return [...this.nodes.values()].some((node) => whyClosed(node) === undefined && isMet(node));
  }

  putNode(node: Node): void {
    this.nodes.set(node.name, node);
    this.look(node.name);
  }

  /** A later node of that name is another one. */
  removeNode(name: string): void {
    this.nodes.delete(name);
    this.avoided.delete(name);
    this.look(name);
  }

  /** All that there are. */
  replaceNodes(nodes: readonly Node[]): void {
    const names = new Set(nodes.map(({ name }) => name));
    for (const name of [...this.nodes.keys()]) if (!names.has(name)) this.removeNode(name);
    for (const node of nodes) this.putNode(node);
  }

  putForeign(pod: ForeignPod): void {
    const former = this.foreign.nodeOf(pod.uid);
    this.foreign.put(pod);
    for (const name of new Set([former, pod.nodeName])) if (name !== undefined) this.look(name);
  }

  removeForeign(uid: string): void {
    const name = this.foreign.remove(uid);
    if (name !== undefined) this.look(name);
  }

  replaceForeign(pods: readonly ForeignPod[]): void {
    const uids = new Set(pods.map(({ uid }) => uid));
    for (const uid of this.foreign.uids()) if (!uids.has(uid)) this.removeForeign(uid);
    for (const pod of pods) this.putForeign(pod);
  }

  /** It takes no tasks, for this reason, until it is `release`d (K-043, K-140). */
  avoid(nodeName: string, why: string): void {
    this.avoided.set(nodeName, why);
    this.look(nodeName);
  }

  release(nodeName: string): void {
    this.avoided.delete(nodeName);
    this.look(nodeName);
  }

  private look(name: string): void {
    const node = this.nodes.get(name);
    const before = this.views.get(name);
    if (!node) {
      if (this.views.delete(name)) this.list = undefined;
      return;
    }
    const { gpuResource, reserve } = this.settings;
    const foreign = reserve ?? this.foreign.on(name);
    const group = groupWith(this.growth, node.labels)?.name;
    const now = {
      ...hostOf(node, { gpuResource, foreign, avoided: this.avoided.get(name) }),
      ...(group !== undefined && { group }),
    };
    if (before && JSON.stringify(before) === JSON.stringify(now)) return;
    this.views.set(name, now);
    this.list = undefined;
  }
}
