import type { ContainerSpec } from '../domain/container.ts';
import type { HostView } from '../domain/host.ts';
import type { PodReport } from '../domain/pods/pod-report.ts';

/**
 * What runs tasks. A task is one attempt of one job under an id of its own; every effect can be repeated
 * without harm: starting a task twice is one task, stopping a finished one does nothing.
 * Never called inside a store transaction.
 */
export interface Engine {
  readonly name: string;

  /** True where a start takes so long that lining tasks up behind others (`after`) gains nothing. */
  readonly startsSlowly?: boolean;

  /** True where the times in its reports are by clocks of others, with which ours is never compared. */
  readonly timesAreElsewhere?: boolean;

  /** Of an engine that runs pods. */
  readonly pods?: PodPlace;

  /** True where there are no GPUs to give: a job that asks for one waits. */
  readonly hasNoGpus?: boolean;

  /** True where no host is cut in parts: instances are hosts as they are, and Spot is what hosts say of themselves. */
  readonly hasWholeHosts?: boolean;

  /**
   * The hosts that it runs tasks on, as they are now; another list once one of them has changed. Undefined where that is
   * one machine and no choice.
   */
  hosts?(): readonly HostView[];

  /**
   * Of an engine that has `hosts`, once, before anything else is asked of it: what an earlier server left. Of a host that
   * is silent nothing else is known, and what runs there is not lost before its time.
   */
  expect?(tasks: readonly ExpectedTask[]): void;

  /** What this engine makes of each member of a container: see `Support`. Pure. */
  judge(container: ContainerSpec): readonly Support[];

  /**
   * Takes orders to start tasks. Resolves when the orders are handed over, not when the tasks run; what
   * became of each comes as a report. Never rejects for one task's fault: that is a `failed` report. A container
   * with a member that is refused here (see `judge`) fails so before anything runs, the reason in its log.
   */
  start(orders: readonly StartOrder[]): Promise<void>;

  /** SIGTERM (or the like) now, SIGKILL after the grace. Of an unknown or finished task: nothing. */
  stop(taskId: string, graceSeconds: number): Promise<void>;

  /**
   * Recalls an order that has not begun: afterwards the task can never start. False when it already
   * has begun (or ended), true when it is recalled or was never known. Asked of many at once, of a line the last first.
   */
  recall(taskId: string): Promise<boolean>;

  /**
   * Why a job that was ordered does not run yet, where it waits for what others have; for people. By its id, that of the
   * multi-node job for a node.
   */
  waitReason?(jobId: string): string | undefined;

  /** Every task that is ours, as it is now: the truth that reports only hint at. */
  list(): Promise<readonly TaskReport[]>;

  /** Hears reports as they come, in batches. They may be late, doubled or missing: `list` mends that. */
  watch(listener: (reports: readonly TaskReport[]) => void): void;

  /** The store has these tasks' ends: their records may go. Their output stays. */
  forget(taskIds: readonly string[]): Promise<void>;

  /** Lets go of the engine; the tasks go on. */
  close(): Promise<void>;
}

/** A task that the store holds as live, for an engine that may not hear of it from its host for a while. */
export interface ExpectedTask {
  readonly taskId: string;
  /** A `HostView`'s id; of one that is not listed, too. */
  readonly host: string;
  /** Wall milliseconds; undefined of one that is not known to have begun. */
  readonly startedAt?: number;
}

export interface PodPlace {
  /** That it makes all of them in. */
  readonly namespace: string;
  /** What the pod of a task is called. */
  nameOf(taskId: string): string;
}

export interface StartOrder {
  /** 32 lower-case hexadecimal digits; also the last part of the task's ARN and of its log stream. */
  readonly taskId: string;
  readonly container: ContainerSpec;
  /** The whole service environment (`AWS_BATCH_*` and its kin); it wins over the container's own. */
  readonly jobVariables: Readonly<Record<string, string>>;
  /** Labels for people and for finding the task again: job id, attempt. */
  readonly jobId: string;
  readonly attempt: number;
  /**
   * When set, the task takes the room of this one: it must not run before that one has ended.
   * An engine that is not told of it runs nothing early: the order simply waits.
   */
  readonly after?: string;
  /** Where it was placed, of an engine that has `hosts`. */
  readonly host?: string;
  /** Of a pod: its environment's uuid. */
  readonly environmentUuid?: string;
  /** Of a node. An engine whose tasks share the host's network has no need of it. */
  readonly node?: NodePlace;
}

/** A node among those of one attempt of its job; the others are ordered when the main one runs. */
export interface NodePlace {
  /** The multi-node job's own id. */
  readonly job: string;
  readonly index: number;
  readonly mainNode: number;
}

/** What is known of one task. `pod`: of one whose container is a pod, what that told of itself. */
export type TaskReport = TaskSaid & { readonly pod?: PodReport };

/**
 * `at` times are wall milliseconds as the engine saw them. `host`: which one it has come to, of a task that was placed on one that
 * was yet to come.
 */
type TaskSaid =
  | { readonly taskId: string; readonly kind: 'waiting'; readonly host?: string }
  | { readonly taskId: string; readonly kind: 'running'; readonly startedAt: number; readonly host?: string }
  | {
      readonly taskId: string;
      readonly kind: 'exited';
      readonly host?: string;
      readonly startedAt: number;
      readonly stoppedAt: number;
      /** 0 to 255; 128 + n for death by signal n. */
      readonly exitCode: number;
      /** `container.reason`: only when there is something to say (out of memory). At most 255 characters. */
      readonly reason?: string;
    }
  | {
      /** It never ran. */
      readonly taskId: string;
      readonly host?: string;
      readonly kind: 'failed';
      readonly stoppedAt: number;
      readonly reason: string;
      readonly exitCode?: number;
      /** What a retry strategy finds as its reason, where that is shorter than what is told: `OOMKilled`. */
      readonly word?: string;
    }
  | {
      /** Its host is gone (another boot, killed from outside with its record): no exit code exists. */
      readonly taskId: string;
      readonly host?: string;
      readonly kind: 'lost';
      readonly startedAt?: number;
      readonly stoppedAt: number;
      /** `container.reason`: what is known of how it was lost. At most 255 characters. */
      readonly reason?: string;
    }
  | {
      /**
       * It never began and never will, through no fault of its own: its job waits again, and no attempt is used. The host
       * that is to be avoided is closed already, so that it is not placed there again at once.
       */
      readonly taskId: string;
      readonly kind: 'unstarted';
      readonly reason: string;
    };

/**
 * What an engine makes of one member that a container has. `unused` is told to who asks (see
 * `job-notes`); `refused` fails the attempt before anything runs, with `why` naming the member.
 */
export type Support =
  | { readonly member: string; readonly kind: 'unused' }
  | { readonly member: string; readonly kind: 'refused'; readonly why: string };
