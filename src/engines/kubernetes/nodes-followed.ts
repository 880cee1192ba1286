import type { HostView } from '../../domain/host.ts';
import type { KubeClient } from './client/client.ts';
import { Follower } from './client/follower.ts';
import type { Hosts } from './given.ts';
import { objectOf, textOf } from './json.ts';
import { LABEL } from './names.ts';
import { type ForeignPod, foreignPodOf } from './nodes/foreign-pod.ts';
import type { GrowthGroup } from './nodes/growth.ts';
import { NodeHosts, type NodeHostsSettings } from './nodes/node-hosts.ts';
import type { Node } from './objects.ts';
import { nodeOf } from './parse.ts';
import type { KubernetesEngineSettings } from './settings.ts';

/** So long a node takes no tasks on which one could not begin (K-043, K-140). */
const AVOID_MILLISECONDS = 60_000;
/** So long a group brings no node that brought none, and nobody got one of, for as long (K-149). */
const CLOSE_MILLISECONDS = 900_000;
/** So long a node that an autoscaler brought is left to the pods that it was brought for: the scheduler looks at them again by then. */
const FIRST_MILLISECONDS = 10_000;

export interface NodesFollowedSettings extends NodeHostsSettings {
  /** What others use of the nodes may be seen. */
  readonly seesForeign: boolean;
}

/** Somebody's pod: of one that takes nothing of a node no more than that it is there. */
interface Other {
  readonly uid: string;
  readonly asks: ForeignPod | undefined;
}

/** The cluster's nodes and what others have of them, followed. */
export class NodesFollowed implements Hosts {
  private readonly settings: KubernetesEngineSettings;
  private readonly nodes: NodeHosts;
  private readonly nodeFollower: Follower<Node>;
  private readonly otherFollower: Follower<Other> | undefined;
  /** The API server does not answer. */
  isAway = false;
  /** Ends of avoidance, by node. */
  private readonly ends = new Map<string, () => void>();
  private readonly groupEnds = new Map<string, () => void>();
  /** Steady milliseconds; when a group brought a node, or one of its nodes took a pod that waited, last. */
  private readonly gaveAt = new Map<string, number>();
  /** Nodes of groups that have taken tasks, by uid. */
  private readonly met = new Set<string>();
  private isListed = false;

  constructor(settings: KubernetesEngineSettings, client: KubeClient, more: NodesFollowedSettings) {
    this.settings = settings;
    this.nodes = new NodeHosts(more);
    const { clock, timers, chance, log } = settings;
    const following = { client, clock, timers, chance };
    this.nodeFollower = new Follower<Node>(following, {
      path: '/api/v1/nodes',
      selectors: {},
      read: nodeOf,
      listed: (nodes) => this.listed(nodes),
      there: (node) => this.there(node),
      gone: ({ name, uid }) => {
        this.met.delete(uid);
        this.nodes.removeNode(name);
      },
      heard: () => {
        this.isAway = false;
      },
      unheard: ({ message }) => {
        this.isAway = true;
        log.warn({ error: message }, 'nodes are not followed');
      },
    });
    if (more.seesForeign) this.otherFollower = new Follower<Other>(following, this.others(more.gpuResource));
  }

  private others(gpuResource: string) {
    const { dataId, log } = this.settings;
    return {
      path: '/api/v1/pods',
      selectors: {
        labelSelector: `${LABEL.data}!=${dataId}`,
        fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed',
      },
      read: (value: unknown): Other | undefined => {
        const uid = textOf(objectOf(objectOf(value).metadata).uid);
        return uid === undefined ? undefined : { uid, asks: foreignPodOf(value, { dataId, gpuResource }) };
      },
      listed: (all: readonly Other[]) => this.nodes.replaceForeign(all.flatMap(({ asks }) => asks ?? [])),
      there: ({ uid, asks }: Other) => (asks ? this.nodes.putForeign(asks) : this.nodes.removeForeign(uid)),
      gone: ({ uid }: Other) => this.nodes.removeForeign(uid),
      unheard: ({ message }: Error) => log.warn({ error: message }, "others' pods are not followed"),
    };
  }

  /** Those of the first list were there before us; of later ones some may have come in a gap. */
  private listed(nodes: readonly Node[]): void {
    const uids = new Set(nodes.map(({ uid }) => uid));
    for (const uid of this.met) if (!uids.has(uid)) this.met.delete(uid);
    for (const node of nodes) {
      if (this.isListed) this.greet(node);
      else if (this.nodes.openGroupOf(node) !== undefined) this.met.add(node.uid);
    }
    this.isListed = true;
    this.nodes.replaceNodes(nodes);
  }

  private there(node: Node): void {
    this.greet(node);
    this.nodes.putNode(node);
  }

  /** One that an autoscaler brought and that takes tasks for the first time. */
  private greet(node: Node): void {
    const group = this.met.has(node.uid) ? undefined : this.nodes.openGroupOf(node);
    if (group === undefined) return;
    this.met.add(node.uid);
    this.gives(group);
    this.avoid(node.name, 'the pods that it was added for come first', FIRST_MILLISECONDS);
  }

  async list(): Promise<void> {
    await this.nodeFollower.list();
    await this.otherFollower?.list();
  }

  follow(): void {
    void this.nodeFollower.run();
    void this.otherFollower?.run();
  }

  views(): readonly HostView[] {
    return this.nodes.hosts();
  }

  nameOf(hostId: string): string | undefined {
    return this.nodes.nameOf(hostId);
  }

  isSilent(nodeName: string): boolean {
    return this.nodes.isSilent(nodeName);
  }

  hasNodeWith(labels: Readonly<Record<string, string>>): boolean {
    return this.nodes.hasNodeWith(labels);
  }

  growthOf(hostId: string): GrowthGroup | undefined {
    return this.nodes.growthOf(hostId);
  }

  idOf(nodeName: string): string | undefined {
    return this.nodes.idOf(nodeName);
  }

  await(taskId: string, hostId: string | undefined): void {
    this.nodes.await(taskId, hostId);
  }

  bound(taskId: string): void {
    const group = this.nodes.groupAwaitedBy(taskId);
    if (group !== undefined) this.gives(group);
  }

  private gives(group: string): void {
    this.gaveAt.set(group, this.settings.clock.steady());
  }

  /** One that gave others what they waited for does not close for a pod that none of its nodes takes. */
  closeGroup(name: string, why: string): void {
    const gaveAt = this.gaveAt.get(name);
    if (gaveAt !== undefined && this.settings.clock.steady() - gaveAt < CLOSE_MILLISECONDS) return;
    this.groupEnds.get(name)?.();
    this.nodes.closeGroup(name, why);
    const callOff = this.settings.timers.after(CLOSE_MILLISECONDS, () => {
      this.groupEnds.delete(name);
      this.nodes.closeGroup(name, undefined);
    });
    this.groupEnds.set(name, callOff);
  }

  closeFor(nodeName: string, why: string): void {
    this.avoid(nodeName, why, AVOID_MILLISECONDS);
  }

  private avoid(nodeName: string, why: string, milliseconds: number): void {
    this.ends.get(nodeName)?.();
    this.nodes.avoid(nodeName, why);
    const callOff = this.settings.timers.after(milliseconds, () => {
      this.ends.delete(nodeName);
      this.nodes.release(nodeName);
    });
    this.ends.set(nodeName, callOff);
  }

  close(): void {
    for (const callOff of [...this.ends.values(), ...this.groupEnds.values()]) callOff();
    this.nodeFollower.close();
    this.otherFollower?.close();
  }
}
