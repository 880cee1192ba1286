import type { StartOrder } from '../engine.ts';
import type { Listed } from './api-shapes.ts';
import { LABEL, nodesLabel } from './labels.ts';
import { logConfig, rotates } from './log-driver.ts';
import type { LogKind } from './log-position.ts';
import type { Inspected } from './outcome.ts';
import type { Stage } from './stage.ts';

/** A task: how far it is, and what does not change while it lives. */
export interface Task {
  readonly id: string;
  /** Undefined of one that an earlier server started. */
  readonly order: StartOrder | undefined;
  /** Changed by what `next` says alone. */
  stage: Stage;
  /** What of its log the daemon has; `none` where the job's driver keeps nothing. */
  readonly log: LogKind | 'none';
  /** Numbers of the devices that are its own; set when it is launched. */
  gpus: readonly number[];
  /** Of a node: what its attempt's containers and network are labelled with. */
  readonly nodes: string | undefined;
}

export const newTask = (id: string, order: StartOrder | undefined, stage: Stage): Task => ({
  id,
  order,
  stage,
  log: order ? logKindOf(logConfig(order.container)) : 'whole',
  gpus: [],
  nodes: order && nodesLabel(order),
});

/** A container that an earlier server left. One that is over counts as running until its log is kept. */
export const adoptedTask = (id: string, { Id: container, State, Config, HostConfig }: Inspected): Task => {
  const startedAt = Date.parse(State.StartedAt);
  const isMade = State.Status === 'created' && State.Error === '';
  const running: Stage = { kind: 'running', container, ...(startedAt > 0 && { startedAt }) };
  return {
    ...labelledTask(id, Config.Labels, isMade ? { kind: 'made', container } : running),
    log: logKindOf(HostConfig.LogConfig),
  };
};

/**
 * The same of one that the daemon lists and cannot tell more of: not to know it would be to lose it. When it was made
 * stands for when it began; its log is read as the one that may lose its beginning.
 */
export const listedTask = (id: string, { Id: container, State, Created, Labels }: Listed): Task => {
  const stage: Stage =
    State === 'created'
      ? { kind: 'made', container }
      : { kind: 'running', container, startedAt: Created * 1000 };
  return { ...labelledTask(id, Labels, stage), log: 'rotated' };
};

const labelledTask = (id: string, labels: Listed['Labels'], stage: Stage): Task => ({
  ...newTask(id, undefined, stage),
  gpus: (labels[LABEL.gpus] ?? '').split(',').filter(Boolean).map(Number),
  nodes: labels[LABEL.nodes],
});

const logKindOf = ({ Type, Config }: Inspected['HostConfig']['LogConfig']): Task['log'] => {
  if (Type === 'none') return 'none';
  return rotates(Config ?? {}) ? 'rotated' : 'whole';
};

/** The lowest numbers that none of the tasks has. */
export const freeGpus = (tasks: Iterable<Task>, count: number): number[] => {
  if (count === 0) return [];
  const taken = new Set([...tasks].flatMap(({ gpus, stage }) => (holdsRoom(stage) ? gpus : [])));
  const free: number[] = [];
  for (let n = 0; free.length < count; n++) if (!taken.has(n)) free.push(n);
  return free;
};

/** Whether it is to run, runs, or may still do so. */
export const holdsRoom = ({ kind }: Stage): boolean => kind !== 'over' && kind !== 'recalled';
