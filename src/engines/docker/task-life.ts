import type { TaskReport } from '../engine.ts';
import type { Running, Stage, Starting, Stopping } from './stage.ts';
import type { Effect, TaskEvent } from './task-events.ts';

export interface Step {
  readonly stage: Stage;
  readonly effects: readonly Effect[];
}

/** A task that is still there after this is told as running; shorter ones are told by their end alone. */
const LOOK_MILLISECONDS = 250;
/** A log is followed from then on; of a shorter task it is read at the end, which costs the daemon less. */
const FOLLOW_MILLISECONDS = 500;
/** How soon a log that broke off is followed again. */
const AGAIN_MILLISECONDS = 500;

/**
 * What a task becomes when something happens to it, and what is to be done. An event that means nothing in its stage, late,
 * doubled, or out of order, leaves it as it is. Pure.
 */
export const next = (id: string, stage: Stage, event: TaskEvent): Step => {
  switch (stage.kind) {
    case 'lined':
      if (event.kind === 'freed') return step({ kind: 'ordered' }, { kind: 'launch' });
      return event.kind === 'recall' ? RECALLED : step(stage);
    case 'ordered':
      return ordered(stage, event);
    case 'recalled':
      return step(stage);
    case 'made':
      if (event.kind !== 'recall') return step(stage);
      return step(RECALLED.stage, { kind: 'remove', container: stage.container }, ...RECALLED.effects);
    case 'starting':
      return starting(stage, event);
    case 'running':
    case 'stopping':
      return running(stage, event);
    case 'ending':
      return ending(id, stage, event);
    case 'over':
      return event.kind === 'order' ? step(stage, { kind: 'say' }) : step(stage);
  }
};

const step = (stage: Stage, ...effects: Effect[]): Step => ({ stage, effects });

const RECALLED = step({ kind: 'recalled' }, { kind: 'leave-line' });

const later = (milliseconds: number, event: TaskEvent): Effect => ({ kind: 'later', milliseconds, event });

const ordered = (stage: Stage, event: TaskEvent): Step => {
  switch (event.kind) {
    case 'starting':
      return step({ kind: 'starting', container: event.container });
    case 'begun':
      return begun({ kind: 'starting', container: event.container });
    case 'failed':
      return failed(event);
    case 'recall':
      return RECALLED;
    default:
      return step(stage);
  }
};

const starting = (stage: Starting, event: TaskEvent): Step => {
  switch (event.kind) {
    case 'begun':
      return begun(stage);
    case 'failed':
      return failed(event);
    case 'stop':
      return step({ ...stage, graceSeconds: event.graceSeconds });
    case 'died':
      return readEnd(stage);
    default:
      return step(stage);
  }
};

const running = (stage: Running | Stopping, event: TaskEvent): Step => {
  const { container, startedAt, keeper } = stage;
  switch (event.kind) {
    case 'runs':
      return runs(stage, event.startedAt);
    case 'failed':
      return failed(event);
    case 'stop':
      return stop(stage, event.graceSeconds);
    case 'died':
    case 'ended':
      return readEnd(stage);
    case 'follows':
      return step({ ...stage, keeper: event.keeper });
    case 'broke':
      return step(withoutKeeper(stage), later(AGAIN_MILLISECONDS, { kind: 'log-due' }));
    case 'look-due':
      return startedAt === undefined ? step(stage, { kind: 'look', container }) : step(stage);
    case 'log-due':
      return keeper ? step(stage) : step(stage, { kind: 'follow', container });
    case 'stop-due':
      return stage.kind === 'stopping' ? stop(stage, stage.graceSeconds) : step(stage);
    default:
      return step(stage);
  }
};

const ending = (id: string, stage: Extract<Stage, { kind: 'ending' }>, event: TaskEvent): Step => {
  const { was } = stage;
  switch (event.kind) {
    case 'seen':
      return event.outcome.kind === 'over' ? over(event.outcome.report, was.container) : back(was);
    case 'gone':
      return over(lost(id, was, event.at), was.container);
    case 'failed':
      return failed(event);
    case 'begun':
      return was.kind === 'starting' ? step({ kind: 'ending', was: live(was) }) : step(stage);
    case 'stop':
      return step({ kind: 'ending', was: told(was, event.graceSeconds) });
    default:
      return step(stage);
  }
};

const begun = (was: Starting): Step => {
  const stage = live(was);
  const look = later(LOOK_MILLISECONDS, { kind: 'look-due' });
  if (stage.kind === 'running') return step(stage, look);
  return step(stage, tellStop(stage), look);
};

/** What a start becomes that was answered. */
const live = ({ container, graceSeconds }: Starting): Running | Stopping =>
  graceSeconds === undefined ? { kind: 'running', container } : { kind: 'stopping', container, graceSeconds };

const runs = (was: Running | Stopping, startedAt: number): Step =>
  step({ ...was, startedAt }, { kind: 'say' }, later(FOLLOW_MILLISECONDS, { kind: 'log-due' }));

const stop = (was: Running | Stopping, graceSeconds: number): Step => {
  const stage: Stopping = { ...was, kind: 'stopping', graceSeconds };
  return step(stage, tellStop(stage));
};

const told = (was: Starting | Running | Stopping, graceSeconds: number): Starting | Stopping =>
  was.kind === 'starting' ? { ...was, graceSeconds } : { ...was, kind: 'stopping', graceSeconds };

const tellStop = ({ container, graceSeconds }: Stopping): Effect => ({
  kind: 'tell-stop',
  container,
  graceSeconds,
});

const readEnd = (was: Starting | Running | Stopping): Step => {
  const { container } = was;
  return was.kind === 'starting'
    ? step({ kind: 'ending', was }, { kind: 'read-end', container, keeper: undefined })
    : step({ kind: 'ending', was: withoutKeeper(was) }, { kind: 'read-end', container, keeper: was.keeper });
};

const withoutKeeper = (stage: Running | Stopping): Running | Stopping => {
  const { keeper: _, ...others } = stage;
  return others;
};

/** It was thought to have ended and has not. */
const back = (was: Starting | Running | Stopping): Step => {
  if (was.kind === 'starting') return step(was);
  const goOn =
    was.startedAt === undefined
      ? later(LOOK_MILLISECONDS, { kind: 'look-due' })
      : later(FOLLOW_MILLISECONDS, { kind: 'log-due' });
  return was.kind === 'stopping' ? step(was, tellStop(was), goOn) : step(was, goOn);
};

const failed = ({ report, said, container }: Extract<TaskEvent, { kind: 'failed' }>): Step =>
  over(report, container, said);

const lost = (taskId: string, was: Starting | Running | Stopping, stoppedAt: number): TaskReport => ({
  taskId,
  kind: 'lost',
  stoppedAt,
  ...(was.kind !== 'starting' && was.startedAt !== undefined && { startedAt: was.startedAt }),
});

/** Of one that never ran the reason is in its log as well. */
const over = (
  report: TaskReport,
  container: string | undefined,
  said = report.kind === 'failed' ? report.reason : undefined,
): Step => ({
  stage: { kind: 'over', report, ...(container !== undefined && { container }) },
  effects: [
    ...(said === undefined ? [] : [{ kind: 'write', reason: said } as const]),
    { kind: 'say' },
    { kind: 'leave-room' },
  ],
});
