import type { TaskReport } from '../engine.ts';
import type { Pod } from './objects.ts';
import { isShownAnew } from './pod-shown.ts';
import { type Ordered, STOPPED_UNBEGUN, type Stage, type There, withHost } from './stage.ts';
import type { DoomReport, Standing } from './status/facts.ts';
import { hasLogs, hasOwnLog, isOfContainers } from './status/own.ts';
import type { Effect, TaskEvent } from './task-events.ts';

export interface Step {
  readonly stage: Stage;
  readonly effects: readonly Effect[];
}

/**
 * What a task becomes when something happens to it, and what is to be done. An event that means nothing in its stage, late,
 * doubled, or out of order, leaves it as it is. Pure.
 */
export const next = (id: string, stage: Stage, event: TaskEvent): Step => {
  switch (stage.kind) {
    case 'lined':
      if (event.kind === 'freed') return step({ kind: 'ordered', isSent: false }, { kind: 'create' });
      return event.kind === 'recall' ? RECALLED : step(stage);
    case 'ordered':
      return ordered(id, stage, event);
    case 'recalled':
      return step(stage);
    case 'there':
      return there(id, stage, event);
    case 'ending':
      return event.kind === 'kept' ? over(stage.report, stage.was.pod) : step(stage);
    case 'over':
      return event.kind === 'order' ? step(stage, { kind: 'say' }) : step(stage);
  }
};

const step = (stage: Stage, ...effects: Effect[]): Step => ({ stage, effects });

const RECALLED = step({ kind: 'recalled' }, { kind: 'leave-line' });

const ordered = (id: string, stage: Ordered, event: TaskEvent): Step => {
  switch (event.kind) {
    case 'sending':
      return step({ ...stage, isSent: true });
    case 'unsent':
      return step({ ...stage, isSent: false });
    case 'failed':
      return over(event.report, undefined, event.said);
    case 'recall':
      return stage.isSent ? step(stage) : RECALLED;
    case 'recalled':
      return RECALLED;
    case 'gone':
      return gone(id, stage, event.at);
    case 'stop':
      return step({ ...stage, stopSeconds: shorter(stage.stopSeconds, event.graceSeconds) });
    case 'seen':
      return made(id, stage, event);
    default:
      return step(stage);
  }
};

/** Its pod is known from here on: a stop that came before is told now (K-024). */
const made = (id: string, { stopSeconds }: Ordered, event: Seen): Step => {
  const seen = see(id, { kind: 'there', pod: event.pod }, event);
  if (stopSeconds === undefined) return seen;
  const { stage, effects } = next(id, seen.stage, { kind: 'stop', graceSeconds: stopSeconds });
  return { stage, effects: [...seen.effects, ...effects] };
};

const there = (id: string, stage: There, event: TaskEvent): Step => {
  switch (event.kind) {
    case 'seen':
      // rule K-051: a pod of the same name is another
      return event.pod.uid === stage.pod.uid ? see(id, stage, event) : step(stage);
    case 'stop':
      return stop(stage, event.graceSeconds);
    case 'recalled':
      return RECALLED;
    case 'gone':
      return gone(id, stage, event.at);
    default:
      return step(stage);
  }
};

type Seen = Extract<TaskEvent, { kind: 'seen' }>;

/** That it has come to a host is told at once: its room is there from then on (K-148); so is what is shown of its pod (T-374). */
const see = (id: string, before: There, { pod, standing, host = before.host }: Seen): Step => {
  const stage = { ...bindingSaves(before, pod), pod, ...(host !== undefined && { host }) };
  const seen = stand(id, stage, standing);
  const runsOn = before.startedAt !== undefined && seen.stage.kind === 'there';
  const isNews = host !== before.host || (runsOn && isShownAnew(before.pod, pod));
  if (!isNews || seen.effects.some(({ kind }) => kind === 'say')) return seen;
  return { ...seen, effects: [{ kind: 'say' }, ...seen.effects] };
};

/** Rule K-016: a kubelet may start it at any moment, so it is given up no more. */
const bindingSaves = (stage: There, pod: Pod): There => {
  if (stage.pod.nodeName !== undefined || pod.nodeName === undefined) return stage;
  const { doom: _, ...saved } = stage;
  return saved;
};

const stand = (id: string, stage: There, standing: Standing): Step => {
  switch (standing.kind) {
    case 'waiting':
      return step(waiting(stage, standing.why), ...heard(stage.pod));
    case 'doomed':
      if (stage.doom) return step(stage, ...heard(stage.pod));
      return step({ ...stage, doom: standing.report }, { kind: 'delete-pod', pod: stage.pod });
    case 'running': {
      const { startedAt } = standing;
      const running = { ...waiting(stage, undefined), startedAt };
      if (stage.startedAt === startedAt) return step(running, ...heard(stage.pod));
      return step(running, { kind: 'say' }, { kind: 'follow', pod: stage.pod });
    }
    case 'over':
      return end(id, stage, standing.report);
  }
};

/** Of several containers one may begin later than others, or end before them. */
const heard = (pod: Pod): readonly Effect[] => (hasLogs(pod) ? [{ kind: 'follow', pod }] : []);

const waiting = ({ why: _, ...stage }: There, why: string | undefined): There => ({
  ...stage,
  ...(why !== undefined && { why }),
});

/** What never ran has no log; of what was given up the reason for that is told. */
const end = (id: string, stage: There, report: TaskReport): Step => {
  const { pod, startedAt } = stage;
  const doom = doomOf(stage, report);
  if (doom && startedAt === undefined && report.kind !== 'exited' && !hasLogs(pod)) return over(doom, pod);
  const isWell = report.kind === 'exited' && report.exitCode === 0;
  if (doom && isOfContainers(pod) && !isWell)
    return step({ kind: 'ending', was: stage, report: withHost(doom, stage) }, { kind: 'keep-log', pod });
  const isUnheard = report.kind === 'unstarted' || (report.kind === 'failed' && !hasLogs(pod));
  if (isUnheard) return over({ ...report, taskId: id }, pod);
  const told = withHost(begun(report, startedAt), stage);
  return step({ kind: 'ending', was: stage, report: told }, { kind: 'keep-log', pod });
};

/** What has begun is not told as never begun: its job would run again without an attempt. */
const doomOf = ({ doom, startedAt }: There, report: TaskReport): DoomReport | undefined => {
  const hasBegun = startedAt !== undefined || ('startedAt' in report && report.startedAt !== undefined);
  return hasBegun && doom?.kind === 'unstarted' ? undefined : doom;
};

/** A kubelet that knows nothing any more does not take back that it began. */
const begun = (report: TaskReport, startedAt: number | undefined): TaskReport =>
  report.kind === 'lost' && report.startedAt === undefined && startedAt !== undefined
    ? { ...report, startedAt, stoppedAt: Math.max(startedAt, report.stoppedAt) }
    : report;

const stop = (stage: There, graceSeconds: number): Step => {
  const stopSeconds = shorter(stage.stopSeconds, graceSeconds);
  if (stopSeconds === stage.stopSeconds) return step(stage);
  return step({ ...stage, stopSeconds }, { kind: 'stop-pod', pod: stage.pod, graceSeconds: stopSeconds });
};

const shorter = (before: number | undefined, now: number): number => Math.min(before ?? now, now);

/** Rule K-048: what ran is lost; what did not goes back to wait, and never begins under this id (K-008). */
const gone = (id: string, stage: Pick<There, 'startedAt' | 'stopSeconds' | 'doom'>, at: number): Step => {
  const { startedAt, stopSeconds, doom } = stage;
  if (startedAt !== undefined) {
    const report = { taskId: id, kind: 'lost', startedAt, stoppedAt: Math.max(at, startedAt) } as const;
    return over({ ...report, reason: 'its pod vanished' }, undefined);
  }
  if (doom) return over(doom, undefined);
  if (stopSeconds !== undefined)
    return over({ taskId: id, kind: 'failed', stoppedAt: at, reason: STOPPED_UNBEGUN }, undefined);
  return over({ taskId: id, kind: 'unstarted', reason: 'its pod vanished before it began' }, undefined);
};

/** Of one that never ran the reason is in its log as well, where that has nothing of a container's. */
const over = (
  report: TaskReport,
  pod: Pod | undefined,
  said = report.kind === 'failed' ? report.reason : undefined,
): Step => ({
  stage: { kind: 'over', report, ...(pod && { pod }) },
  effects: [
    ...(said === undefined || (pod && hasOwnLog(pod)) ? [] : [{ kind: 'write', reason: said } as const]),
    { kind: 'say' },
    { kind: 'leave-room' },
  ],
});
