import { CONTAINER } from '../names.ts';
import type { Container, ContainerState, Pod } from '../objects.ts';

export type Terminated = Extract<ContainerState, { kind: 'terminated' }>;

/** Those that a job is of: ours by its name, whatever webhooks have put beside it (K-122), else all of them. */
export const ownContainers = ({ containers }: Pod): readonly Container[] => {
  const own = containers.filter(({ name }) => name === CONTAINER);
  return own.length > 0 ? own : containers;
};

/** Whether one of them has run, or may have. */
export const hasBegun = (pod: Pod): boolean =>
  ownContainers(pod).some(
    ({ state }) => state.kind === 'running' || (state.kind === 'terminated' && (state.startedAt ?? 0) > 0),
  );

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
    startedAt: ended.flatMap(({ startedAt }) => startedAt ?? []).toSorted(byTime)[0],
    stoppedAt: ended
      .flatMap(({ finishedAt }) => finishedAt ?? [])
      .toSorted(byTime)
      .at(-1),
  };
};

const byTime = (a: number, b: number): number => a - b;
