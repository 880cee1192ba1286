import type { Resources } from '../domain/container.ts';

/** What the scheduler looks at. All of it is bounded by what is active and by distinct shapes, never by queue length. */
export interface Snapshot {
  /** The host's room. CPU is a weight, memory is real. */
  readonly pool: Resources;
  readonly environments: readonly EnvironmentView[];
  /** In the order they are served: priority descending, then age. */
  readonly queues: readonly QueueView[];
  readonly running: readonly RunningView[];
}

export interface EnvironmentView {
  readonly seq: number;
  readonly name: string;
  readonly enabled: boolean;
  readonly valid: boolean;
  /** Thousandths of a vCPU; undefined for an environment without a limit of its own (UNMANAGED). */
  readonly maxMilliVcpus?: number;
}

export interface QueueView {
  readonly seq: number;
  readonly name: string;
  /** Environments' seqs in the order they are tried. */
  readonly environments: readonly number[];
  readonly shapes: readonly ShapeView[];
}

/** One kind of request among a queue's RUNNABLE jobs, with its first jobs in order of submission. */
export interface ShapeView {
  readonly id: number;
  readonly asks: Resources;
  readonly heads: readonly HeadView[];
}

export interface HeadView {
  readonly seq: number;
}

/** A task that has room, and the line of tasks behind it that wait for that room. */
export interface RunningView {
  /** The last of its line: itself when nobody waits behind it. */
  readonly taskId: string;
  readonly environment: number;
  readonly asks: Resources;
  /** How many more tasks may join its line, because they are expected to end at once; 0 for most. */
  readonly mayPrecede: number;
}

export interface Plan {
  readonly placements: readonly Placement[];
  /** Why each shape that still waits does, by queue: the text's facts (see `WaitReason`). */
  readonly waits: readonly { readonly queue: number; readonly shape: number; readonly reason: WaitReason }[];
}

export interface Placement {
  readonly job: number;
  readonly queue: number;
  readonly shape: number;
  readonly environment: number;
  /** The `taskId` of the line it joins; absent when there is room now. */
  readonly after?: string;
}

/** Why jobs of a shape wait, with the numbers asked and there. Later ones in this list are told before earlier. */
export type WaitReason =
  | { readonly kind: 'behind'; readonly asks: Resources }
  | { readonly kind: 'room'; readonly asks: Resources; readonly free: Resources; readonly total: Resources }
  | {
      readonly kind: 'limit';
      readonly asks: Resources;
      readonly environment: string;
      readonly used: number;
      readonly max: number;
    }
  | { readonly kind: 'disabled'; readonly environments: readonly string[] }
  | { readonly kind: 'invalid'; readonly environments: readonly string[] }
  | {
      readonly kind: 'never-max';
      readonly asks: Resources;
      readonly environment: string;
      readonly max: number;
    }
  | { readonly kind: 'never-host'; readonly asks: Resources; readonly total: Resources };
