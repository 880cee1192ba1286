import type { Job } from './model.ts';

/** A job's row, as far as the reference has something to say of it. */
export interface JobSeen {
  readonly seq: number;
  readonly id: string | null;
  readonly name: string | null;
  readonly parent: number;
  readonly idx: number;
  readonly size: number;
  readonly nodes: number;
  /** 0 no node, 1 the main one, 2 another. */
  readonly role: number;
  readonly queue: number;
  readonly state: number;
  readonly unmet: number;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly stopped_at: number | null;
  readonly status_reason: string | null;
  readonly exit_code: number | null;
  readonly live: number;
  readonly failed: number;
  /** The seq of its share's row; 0 without one. */
  readonly job_group: number;
}

/** A task's row when it is over. */
export interface TaskSeen {
  readonly id: string;
  readonly job: number;
  readonly attempt: number;
  readonly environment: number;
  readonly state: number;
  readonly milli_vcpus: number;
  readonly memory_mib: number;
  readonly gpus: number;
  readonly started_at: number | null;
  readonly stopped_at: number | null;
  readonly exit_code: number | null;
  readonly reason: string | null;
  readonly status_reason: string | null;
  readonly after: string | null;
  readonly instance: string;
  /** 1 when its instance was taken from under it. */
  readonly lost: number;
}

/** An instance's row. */
export interface InstanceSeen {
  readonly host: string;
  readonly type: string;
  readonly container_instance: string;
  readonly milli_vcpus: number;
  readonly memory_mib: number;
  readonly gpus: number;
}

/** A share's row. */
export interface ShareSeen {
  readonly seq: number;
  readonly queue: number;
  readonly name: string;
}

/** What a share used from `start` on, for `width` milliseconds, and the same times how long after `start` it was. */
export interface BucketSeen {
  readonly start: number;
  readonly width: number;
  readonly used: number;
  readonly moment: number;
}

/** What really became of a task; undefined when the engine never had it. */
export interface Fate {
  readonly kind: 'waiting' | 'running' | 'exited' | 'failed' | 'lost' | 'unstarted';
  readonly exitCode: number | undefined;
  readonly began: boolean;
  /** Its record was lost on purpose, so that nobody can know its end. */
  readonly wronged: boolean;
  /** By the machine's clock; undefined when the machine has not said so. */
  readonly startedAt: number | undefined;
  readonly stoppedAt: number | undefined;
  readonly reason: string | undefined;
  /** Its own word of its end, where nobody may have heard of that yet. */
  readonly said?: { readonly exitCode: number; readonly at: number } | undefined;
  /** Milliseconds that really passed from its begin until it was first told to stop; undefined when it never was. */
  readonly askedAfter: number | undefined;
}

/** What the checker may look at beside its books. */
export interface Eyes {
  job(seq: number): JobSeen | undefined;
  task(id: string): TaskSeen | undefined;
  instance(id: string): InstanceSeen;
  share(seq: number): ShareSeen | undefined;
  shares(): readonly ShareSeen[];
  buckets(share: number): readonly BucketSeen[];
  /** What the shares' clock shows: it goes on while the machine is up, and was written down last in the store. */
  useAge(): number;
  fate(taskId: string): Fate | undefined;
  /** The number of the youngest row of that name that is not known yet. */
  seqOf(table: 'environments' | 'queues', name: string, known: ReadonlyMap<number, unknown>): number;
  /** The name of an environment's cluster. */
  cluster(environment: number): string;
  /** Whether a finished job's time to be shown is over. */
  mayGo(job: Job): boolean;
  /** Milliseconds since the world began. */
  now(): number;
  /** What the machine's clock says. */
  wall(): number;
  /** The machine's boot. */
  boot(): string;
}
