import type { Resources } from '../domain/container.ts';
import type { SharesView } from '../domain/fair-share/choice.ts';
import type { Reserve } from '../domain/group-choice.ts';
import type { HostView } from '../domain/host.ts';
import type { Offer } from '../domain/instance-offers.ts';
import type { Tokens } from '../domain/tokens.ts';

/** What the scheduler looks at. All of it is bounded by what is active and by distinct shapes, never by queue length. */
export interface Snapshot {
  /** What all environments together are carved from. */
  readonly hosts: readonly HostView[];
  readonly environments: readonly EnvironmentView[];
  /** Every instance that is not terminated. */
  readonly instances: readonly InstanceView[];
  /** In the order they are served: priority descending, then whose turn it is. */
  readonly queues: readonly QueueView[];
  /** Those that some of the queues' shapes ask for, if any does. */
  readonly consumables?: readonly ConsumableView[];
  readonly running: readonly RunningView[];
  /** What the last plan reserved for jobs that could not start. */
  readonly reservations: readonly Reservation[];
  /** The tokens that it kept for them, if any. */
  readonly claims?: readonly TokenClaim[];
}

export interface EnvironmentView {
  readonly seq: number;
  readonly name: string;
  readonly enabled: boolean;
  readonly valid: boolean;
  /** What is wrong with it, where that is known. */
  readonly fault?: string;
  readonly supply: Supply;
  /** The one host that is looked at, by its id; undefined: all that its supply has. */
  readonly only?: string;
  /** Where some hosts are yet to come: those that are not looked at, by their groups, and what is to have room first where they are there. */
  readonly growth?: { readonly barred: ReadonlySet<string> | 'all'; readonly awaited: Awaited };
}

/** What tasks ask each, and how many, by the group of which they wait for a host. */
export type Awaited = ReadonlyMap<string, readonly { readonly asks: Resources; readonly many: number }[]>;

/** Where an environment's instances come from: the seam for further kinds of capacity. */
export type Supply =
  /**
   * UNMANAGED, and EC2 and SPOT where hosts are never cut in parts: hosts as they are, each an instance that is there when it
   * has tasks. `hosts`: undefined for all.
   */
  | { readonly kind: 'own'; readonly hosts?: ReadonlySet<string>; readonly bounds?: Bounds }
  /** FARGATE: a slice is cut from a host for each task and goes with it. */
  | {
      readonly kind: 'slices';
      readonly market: Market;
      readonly maxMilliVcpus: number;
      /** Undefined for all. */
      readonly hosts?: ReadonlySet<string>;
    }
  /** EC2, SPOT: instances of the types on offer are launched and retired with demand. */
  | {
      readonly kind: 'launched';
      readonly market: Market;
      readonly offers: readonly Offer[];
      readonly minMilliVcpus: number;
      readonly maxMilliVcpus: number;
      /** What a person wished to have at once and has not been launched for yet; 0 when nothing. */
      readonly wishedMilliVcpus: number;
      /** What is left to be shown of a wish that the pool could not grant; 0 when nothing. */
      readonly shownMilliVcpus: number;
      /** Its strategy may pass the maximum by a part of one instance (E-150). */
      readonly mayPassMaximum: boolean;
    };

/** What a managed environment may have of hosts as they are: so much of its tasks, none larger than its types. */
export interface Bounds {
  readonly offers: readonly Offer[];
  /** Shown, and nothing else: there is nothing to launch (K-146). */
  readonly minMilliVcpus: number;
  readonly maxMilliVcpus: number;
  readonly takesNodes: boolean;
  /** Somebody wished for vCPUs, which nothing can bring. */
  readonly hasWish: boolean;
}

export type Market =
  | { readonly kind: 'on-demand' }
  /** Instances that are launched and kept only while the price is below `bidPercentage` of on-demand. */
  | { readonly kind: 'spot'; readonly bidPercentage: number };

export interface InstanceView {
  readonly id: string;
  readonly environment: number;
  /** A `HostView`'s id; its host may be gone. */
  readonly host: string;
  readonly type: string;
  /** What its tasks may have of it. */
  readonly size: Resources;
  /** One that drains takes no more tasks. */
  readonly draining: boolean;
  /** It drains to a deadline, whose end its tasks do not outlast. */
  readonly hasDeadline: boolean;
  /** It has been without a task for its whole grace. */
  readonly graceOver: boolean;
}

export interface QueueView {
  readonly seq: number;
  readonly name: string;
  readonly priority: number;
  /** Environments' seqs in the order they are tried. */
  readonly environments: readonly number[];
  readonly shapes: readonly ShapeView[];
  /** Where jobs go by shares; their groups are in it. */
  readonly shares?: SharesView;
}

/** A consumable resource. */
export interface ConsumableView {
  readonly seq: number;
  readonly name: string;
  readonly total: number;
  /** What jobs may take; below 0 while more is in use than there is. */
  readonly free: number;
}

/** Tasks of a job that ask for the same. */
export interface TaskGroup {
  readonly asks: Resources;
  readonly count: number;
  /** Nodes of a multi-node job: they run on demand only, on instances that are launched (J-294). */
  readonly nodes?: true;
}

/** What some of a queue's RUNNABLE jobs ask for, with the first of them in the queue's order. */
export interface ShapeView {
  readonly id: number;
  /** Which of its queue's groups its jobs are of. */
  readonly jobGroup: number;
  /** What one job is made of: a single group of one task, or the groups of a multi-node job. */
  readonly groups: readonly TaskGroup[];
  /** Of each job, where it asks for some: it takes them as it starts, and holds them until it has ended. */
  readonly tokens?: readonly Tokens[];
  readonly heads: readonly HeadView[];
  /** How many wait, counted to a bound, and no further than there are tokens for. */
  readonly waiting: number;
}

export interface HeadView {
  readonly seq: number;
  /** By which it stands within its group: see `QueueOrder`. */
  readonly rank: number;
}

/** A task that has room, and the line of tasks behind it that wait for that room. */
export interface RunningView {
  /** The last of its line: itself when nobody waits behind it. */
  readonly taskId: string;
  readonly environment: number;
  readonly instance: string;
  /** Of its instance. */
  readonly host: string;
  readonly asks: Resources;
  /** How many more tasks may join its line, because they are expected to end at once; 0 for most. */
  readonly mayPrecede: number;
}

export interface Plan {
  readonly launches: readonly Launch[];
  readonly placements: readonly Placement[];
  readonly retires: readonly {
    readonly instance: string;
    readonly reason: 'idle' | 'room' | 'maximum' | 'host' | 'drained' | 'price';
  }[];
  readonly drains: readonly { readonly instance: string; readonly reason: 'reclaimed' | 'price' }[];
  /** What launched environments want, where they want something else than their instances' sum or their minimum. */
  readonly desired: readonly { readonly environment: number; readonly milliVcpus: number }[];
  /** Environments whose wish is over, and whether its number stays to be shown: the pool is too small for it. */
  readonly wishesOver: readonly { readonly environment: number; readonly shown: boolean }[];
  /** Why each shape that still waits does, by queue: the text's facts. */
  readonly waits: readonly { readonly queue: number; readonly shape: number; readonly reason: WaitReason }[];
  readonly reservations: readonly Reservation[];
  readonly claims: readonly TokenClaim[];
  /** What Spot capacity costs now, in percent of on-demand; undefined where no environment is of it. */
  readonly spotPrice: number | undefined;
}

export interface Launch {
  /** Stands for the instance in `Placement.instances`: it has no id yet. */
  readonly ref: string;
  readonly environment: number;
  readonly host: string;
  readonly type: string;
  readonly size: Resources;
}

export interface Placement {
  readonly job: number;
  readonly queue: number;
  readonly shape: number;
  readonly environment: number;
  /** For each task of the job, group by group: an instance's id or a launch's ref. */
  readonly instances: readonly string[];
  /** The `taskId` of the line it joins; absent when there is room now. */
  readonly after?: string;
}

/** Room that is reserved for a job that could not start: nobody behind it takes it. */
export interface Reservation {
  readonly queue: number;
  readonly job: number;
  readonly environment: number;
  /** On instances of its environment. */
  readonly on: readonly { readonly instance: string; readonly asks: Resources }[];
  /** Instances that are to be empty and then to go, for the room they hold. */
  readonly victims: readonly Victim[];
  /** Of hosts, those victims' room included. */
  readonly portions: readonly Portion[];
  /** Of its environment's maximum, those victims' vCPUs included. */
  readonly milliVcpus: number;
}

/** Room of a host. */
export interface Portion {
  readonly host: string;
  readonly asks: Resources;
  /** How many tasks are to come to it. */
  readonly tasks: number;
}

export interface Victim {
  readonly instance: string;
  readonly host: string;
  /** What it holds of its host. */
  readonly holds: Resources;
  /** What it counts towards the maximum of the reservation's environment: 0 when it is another's. */
  readonly milliVcpus: number;
}

/** Tokens that are kept for a job that could not start from those behind it, in the order in which jobs were left. */
export interface TokenClaim {
  readonly queue: number;
  readonly shape: number;
  /** The first of that shape that waits. */
  readonly job: number;
  readonly tokens: readonly Tokens[];
  /** Resources, by their seqs, that it is short of: nobody behind it has any of them; of others what it asks for is kept. */
  readonly short: readonly number[];
  /** It cannot have all before a total is raised: no other queue waits for that. */
  readonly isStuck: boolean;
}

/** What a job is short of. */
export interface TokenLack {
  /** Its seq. */
  readonly consumable: number;
  readonly name: string;
  readonly needs: number;
  /** What nobody holds. */
  readonly free: number;
  readonly total: number;
  /** There is enough, and it is kept for a job before it: the first of those, and how much that one asks for. */
  readonly keptFor?: { readonly job: number; readonly needs: number };
}

/** Why jobs of a shape wait, with the numbers asked and there: a verdict of each environment of the queue, in order. */
export interface WaitReason {
  readonly groups: readonly TaskGroup[];
  /** What it is short of: it waits for that alone, and environments are not asked. */
  readonly lacks?: readonly TokenLack[];
  readonly verdicts: readonly EnvironmentVerdict[];
  /** What is kept for other shares that a job before it, or it, may not have: it waits for that alone. */
  readonly kept?: Reserve;
}

export type EnvironmentVerdict = { readonly environment: string } & Verdict;

export type Verdict =
  | { readonly kind: 'disabled' }
  /**
   * Hosts that could hold it take no tasks now, are not listed now, or others use them. `open`: how many of its hosts take
   * tasks now, none of which is large enough.
   */
  | { readonly kind: 'closed'; readonly open: number; readonly growth?: string }
  /** `never`: nor could it run there if it were repaired. */
  | { readonly kind: 'invalid'; readonly never?: true; readonly fault?: string }
  /** It takes no nodes of a multi-node job. */
  | { readonly kind: 'never-nodes' }
  /** A multi-node job goes to the first of its queue's environments that takes nodes, and this comes after it. */
  | { readonly kind: 'never-later' }
  /** Spot capacity never costs less than its bid. */
  | { readonly kind: 'never-bid'; readonly bid: number }
  /** More vCPUs than the environment may ever have; `type`: even the smallest type that would hold it. */
  | { readonly kind: 'never-maximum'; readonly maxMilliVcpus: number; readonly type?: string }
  /** No type of it is that large; `largest`: the most that one has of each. */
  | { readonly kind: 'never-type'; readonly largest: Resources }
  /** What would hold it fits no host. */
  | {
      readonly kind: 'never-pool';
      readonly needs: Resources;
      readonly type?: string;
      /** The size of the host that comes nearest. */
      readonly pool: Resources;
      readonly of?: OfHosts;
    }
  /** Spot capacity costs as much as it may, or more. */
  | { readonly kind: 'price'; readonly price: number; readonly bid: number }
  /** It may launch no more. */
  | { readonly kind: 'maximum'; readonly freeMilliVcpus: number; readonly maxMilliVcpus: number }
  /** There is room, reserved for a job that was first. */
  | { readonly kind: 'reserved' }
  /**
   * No host has room: `free` of `pool` is what the one with most of it has. `type`: what would be launched; `busy`: instances of its own that could hold it, once free;
   * `minimums`: what others' idle instances hold that their minimum keeps; `warned`: Spot instances that leave for it.
   */
  | {
      readonly kind: 'room';
      readonly free: Resources;
      readonly pool: Resources;
      readonly of?: OfHosts;
      readonly type?: string;
      readonly busy: number;
      readonly minimums?: readonly { readonly environment: string; readonly holds: Resources }[];
      readonly warned?: number;
      /** What is left of groups that bring hosts. */
      readonly left?: readonly GroupLeft[];
      /** Why no host comes that could. */
      readonly growth?: string;
    };

/** How many hosts a group may still bring that nobody waits for. */
export interface GroupLeft {
  readonly group: string;
  readonly many: number;
}

/** Which host is told of, where there are several. */
export interface OfHosts {
  readonly name: string;
  /** How many of those that are there take tasks. */
  readonly open: number;
  /** It is not there. */
  readonly isToCome?: true;
}
