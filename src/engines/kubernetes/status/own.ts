import { ANNOTATION, CONTAINER } from '../names.ts';
import type { Container, ContainerState, Pod } from '../objects.ts';

export type Terminated = Extract<ContainerState, { kind: 'terminated' }>;

/** A pod that its job said itself: it says which containers are the job's. */
export const isOfContainers = ({ annotations }: Pick<Pod, 'annotations'>): boolean =>
  ANNOTATION.containers in annotations;

/** Names of those that a pod's job said, in the order in which their output is counted: see `containerLogId`. */
export const saidNames = ({ annotations }: Pod): readonly string[] =>
  [ANNOTATION.containers, ANNOTATION.initContainers].flatMap((key) => annotations[key]?.split(',') ?? []);

const named = (containers: readonly Container[], names = ''): readonly Container[] => {
  const known = names.split(',');
  return containers.filter(({ name }) => known.includes(name));
};

export const ownInitContainers = ({ initContainers, annotations }: Pod): readonly Container[] =>
  named(initContainers, annotations[ANNOTATION.initContainers]);

/** Those that a job is of: ours by its name, whatever webhooks have put beside it (K-122), else all of them. */
export const ownContainers = ({ containers, annotations }: Pod): readonly Container[] => {
  if (isOfContainers({ annotations })) return named(containers, annotations[ANNOTATION.containers]);
  const own = containers.filter(({ name }) => name === CONTAINER);
  return own.length > 0 ? own : containers;
};

/** Whether one of several that a job said itself still waits, whatever the others do. */
export const isHeldUp = (pod: Pod): boolean =>
  isOfContainers(pod) && ownContainers(pod).some(({ state }) => state.kind === 'waiting');

/** Whether one of them has run, or may have. */
export const hasBegun = (pod: Pod): boolean => ownContainers(pod).some(hasRun);

/** When the first of them that ran began: a start that failed is told as the epoch (K-031). */
export const begunAt = (pod: Pod): number | undefined =>
  ownContainers(pod)
    .filter(hasRun)
    .flatMap(({ state }) => (state.kind === 'waiting' ? [] : (state.startedAt ?? [])))
    .toSorted(byTime)[0];

/** Whether a container of a pod that a job said itself has printed something, or may have: an init container, too. */
export const hasLogs = (pod: Pod): boolean =>
  isOfContainers(pod) && [...ownContainers(pod), ...ownInitContainers(pod)].some(hasRun);

/** The same of the first one, whose log is the task's. */
export const hasOwnLog = (pod: Pod): boolean =>
  ownContainers(pod).some((container) => container.name === saidNames(pod)[0] && hasRun(container));

export const hasRun = ({ state }: Container): boolean =>
  state.kind === 'running' || (state.kind === 'terminated' && (state.startedAt ?? 0) > 0);

/** An init container that did not end with 0: those after it never run. */
export interface FailedInit {
  readonly name: string;
  readonly state: Terminated;
}

export const failedInit = ({ initContainers }: Pod): FailedInit | undefined =>
  initContainers.flatMap(({ name, state }) =>
    state.kind === 'terminated' && state.exitCode !== 0 ? [{ name, state }] : [],
  )[0];

/** How all of them ended together; undefined while one has not. */
export interface Ends {
  /** Of several the first in order that did not end with 0 (K-054). */
  readonly decisive: Terminated;
  readonly startedAt: number | undefined;
  readonly stoppedAt: number | undefined;
}

export const endsOf = (pod: Pod): Ends | undefined => {
  const states = ownContainers(pod).map(({ state }) => state);
  const ended = states.filter((state) => state.kind === 'terminated');
  if (ended.length === 0 || ended.length < states.length) return undefined;
  return {
    decisive: ended.find(({ exitCode }) => exitCode !== 0) ?? ended[0]!,
    startedAt: begunAt(pod),
    stoppedAt: ended
      .flatMap(({ finishedAt }) => finishedAt ?? [])
      .toSorted(byTime)
      .at(-1),
  };
};

const byTime = (a: number, b: number): number => a - b;
