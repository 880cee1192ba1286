import type { StartOrder, TaskReport } from '../engine.ts';
import type { Listed } from './api.ts';
import { LABEL, logConfig, nodesLabel, rotates } from './container.ts';
import type { LogKeeper, LogKind } from './log-keeper.ts';
import type { Inspected } from './outcome.ts';

/** How far a task has come, as this server knows it. */
export type Stage =
  /** It stands behind another. */
  | { readonly kind: 'lined' }
  /** It is being prepared; until its start is sent it can be taken back. */
  | { readonly kind: 'ordered' }
  /** An earlier server made its container and did not start it. */
  | { readonly kind: 'made' }
  /** Its start was sent and not answered yet. */
  | { readonly kind: 'starting' }
  /** `startedAt` is asked for when it turns out to run for more than a moment. */
  | { readonly kind: 'running'; readonly startedAt?: number }
  | { readonly kind: 'over'; readonly report: TaskReport };

export interface Task {
  readonly id: string;
  /** Undefined of one that an earlier server started. */
  readonly order: StartOrder | undefined;
  stage: Stage;
  container: string | undefined;
  /** What of its log the daemon has; `none` where the job's driver keeps nothing. */
  readonly log: LogKind | 'none';
  keeper: LogKeeper | undefined;
  /** Set by a stop that came while it was starting. */
  stopGraceSeconds: number | undefined;
  /** Its end is being looked at: its log kept, its state asked for. */
  ending: Promise<void> | undefined;
  gpus: readonly number[];
  /** Of a node: what its attempt's containers and network are labelled with. */
  nodes: string | undefined;
}

const logKindOf = ({ Type, Config }: Inspected['HostConfig']['LogConfig']): Task['log'] => {
  if (Type === 'none') return 'none';
  return rotates(Config ?? {}) ? 'rotated' : 'whole';
};

export const newTask = (id: string, order: StartOrder | undefined, stage: Stage): Task => ({
  id,
  order,
  stage,
  container: undefined,
  log: order ? logKindOf(logConfig(order.container)) : 'whole',
  keeper: undefined,
  stopGraceSeconds: undefined,
  ending: undefined,
  gpus: [],
  nodes: order && nodesLabel(order),
});

/** A container that an earlier server left. One that is over counts as running until its log is kept. */
export const adoptedTask = (id: string, { Id, State, Config, HostConfig }: Inspected): Task => {
  const startedAt = Date.parse(State.StartedAt);
  const isMade = State.Status === 'created' && State.Error === '';
  const running: Stage = startedAt > 0 ? { kind: 'running', startedAt } : { kind: 'running' };
  return {
    ...labelledTask(id, Config.Labels, isMade ? { kind: 'made' } : running),
    container: Id,
    log: logKindOf(HostConfig.LogConfig),
  };
};

/**
 * The same of one that the daemon lists and cannot tell more of: not to know it would be to lose it. When it was made
 * stands for when it began; its log is read as the one that may lose its beginning.
 */
export const listedTask = (id: string, { Id, State, Created, Labels }: Listed): Task => {
  const stage: Stage =
    State === 'created' ? { kind: 'made' } : { kind: 'running', startedAt: Created * 1000 };
  return { ...labelledTask(id, Labels, stage), container: Id, log: 'rotated' };
};

const labelledTask = (id: string, labels: Listed['Labels'], stage: Stage): Task => ({
  ...newTask(id, undefined, stage),
  gpus: (labels[LABEL.gpus] ?? '').split(',').filter(Boolean).map(Number),
  nodes: labels[LABEL.nodes],
});

/** What `list` says of it. Until its time of start is known it waits, as far as others can tell. */
export const reportOf = ({ id, stage }: Task): TaskReport => {
  switch (stage.kind) {
    case 'lined':
    case 'ordered':
    case 'made':
    case 'starting':
      return { taskId: id, kind: 'waiting' };
    case 'running':
      return stage.startedAt === undefined
        ? { taskId: id, kind: 'waiting' }
        : { taskId: id, kind: 'running', startedAt: stage.startedAt };
    case 'over':
      return stage.report;
  }
};

/** The lowest numbers that none of the tasks has. */
export const freeGpus = (tasks: Iterable<Task>, count: number): number[] => {
  if (count === 0) return [];
  const taken = new Set([...tasks].flatMap(({ gpus, stage }) => (stage.kind === 'over' ? [] : gpus)));
  const free: number[] = [];
  for (let n = 0; free.length < count; n++) if (!taken.has(n)) free.push(n);
  return free;
};
