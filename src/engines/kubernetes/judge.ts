import type { Clock } from '../../lib/clock.ts';
import { growthOf, type Pod, type PodEvent } from './objects.ts';
import { STOPPED_UNBEGUN } from './stage.ts';
import type { Standing } from './status/facts.ts';
import { type Since, sinceNow } from './status/since.ts';
import { standingOf } from './status/standing.ts';
import { scalerWordIn, troubleIn } from './status/trouble.ts';
import type { Task } from './tasks.ts';

/** A pod that is bound for so long and has not begun is asked about: its events say why. Again as often. */
const EVENTS_MILLISECONDS = 60_000;

export interface JudgeParts {
  readonly clock: Clock;
  readonly nodeIsSilent: (name: string) => boolean;
  /** Whether a node that takes tasks has these labels. */
  readonly hasNodeWith: (labels: Readonly<Record<string, string>>) => boolean;
  readonly events: (uid: string) => Promise<readonly PodEvent[]>;
  /** There is more to be said of a task's pod. */
  readonly again: (task: Task) => void;
}

/** What is remembered of a task's pod beside the pod itself. */
interface Memory {
  readonly since: Since;
  /** Steady milliseconds; it is looked at again then. */
  readonly until: number;
  readonly trouble?: string;
  readonly scaler?: string;
  readonly askedAt?: number;
}

interface Heard {
  readonly trouble: string | undefined;
  readonly scaler: string | undefined;
}

/** Says what pods say of their tasks, with what it remembers of how long each has said so. */
export class Judge {
  private readonly parts: JudgeParts;
  private readonly memories = new Map<Task, Memory>();

  constructor(parts: JudgeParts) {
    this.parts = parts;
  }

  of(task: Task, pod: Pod): Standing {
    const { clock, nodeIsSilent, hasNodeWith } = this.parts;
    const now = clock.steady();
    const before = this.memories.get(task);
    const since = sinceNow(before?.since ?? {}, pod, now);
    const standing = standingOf(pod, {
      taskId: task.id,
      now,
      wall: clock.wall(),
      since,
      nodeIsSilent: pod.nodeName !== undefined && nodeIsSilent(pod.nodeName),
      isMetElsewhere: pod.nodeName === undefined && hasNodeWith(pod.nodeSelector),
      stop: isStopped(task) ? STOPPED_UNBEGUN : undefined,
      trouble: before?.trouble,
      scaler: before?.scaler,
    });
    const until = untilOf(standing, pod, now);
    if (until === undefined) this.memories.delete(task);
    else this.memories.set(task, { ...before, since, until });
    this.ask(task, pod, now);
    return standing;
  }

  /** Those that may say something else by now. */
  due(): Task[] {
    const now = this.parts.clock.steady();
    return [...this.memories].flatMap(([task, { until }]) => (until <= now ? [task] : []));
  }

  forget(task: Task): void {
    this.memories.delete(task);
  }

  /** Rule K-062: events are read where something takes long, and never watched. */
  private ask(task: Task, pod: Pod, now: number): void {
    const { uid } = pod;
    const memory = this.memories.get(task);
    const grows = growthOf(pod) === undefined ? undefined : memory?.since.unschedulable;
    const asked = memory?.askedAt ?? memory?.since.bound ?? grows;
    if (!memory || asked === undefined || now - asked < EVENTS_MILLISECONDS) return;
    this.memories.set(task, { ...memory, askedAt: now });
    this.parts.events(uid).then(
      (events) => this.heard(task, { trouble: troubleIn(events, uid), scaler: scalerWordIn(events, uid) }),
      () => {},
    );
  }

  private heard(task: Task, { trouble, scaler }: Heard): void {
    const memory = this.memories.get(task);
    if (!memory || (trouble === undefined && scaler === undefined)) return;
    this.memories.set(task, {
      ...memory,
      ...(trouble !== undefined && { trouble }),
      ...(scaler !== undefined && { scaler }),
    });
    this.parts.again(task);
  }
}

/** How soon a pod is looked at that may be over by what its node says. */
const NODE_MILLISECONDS = 1000;
/** And one that waits, for its events may say why. */
const WAIT_MILLISECONDS = 15_000;

/** Undefined of what changes by what the cluster tells alone. */
const untilOf = (standing: Standing, pod: Pod, now: number): number | undefined => {
  switch (standing.kind) {
    case 'waiting':
      return Math.min(standing.until ?? Number.POSITIVE_INFINITY, now + WAIT_MILLISECONDS);
    case 'running':
      return pod.deletedAt === undefined ? standing.until : (standing.until ?? now + NODE_MILLISECONDS);
    case 'doomed':
    case 'over':
      return undefined;
  }
};

const isStopped = ({ stage }: Task): boolean =>
  (stage.kind === 'there' || stage.kind === 'ordered') && stage.stopSeconds !== undefined;
