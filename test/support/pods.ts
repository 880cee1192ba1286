import type { Container, ContainerState, Pod } from '../../src/engines/kubernetes/objects.ts';

const CREATED = Date.parse('2026-11-30T00:00:00Z');

/** A pod of ours that is bound and whose container is in a state; `at` of states: seconds after it was made. */
export const podWith = (state: ContainerState | undefined, more: Partial<Pod> = {}): Pod => ({
  name: 'p',
  uid: 'u',
  resourceVersion: '1',
  createdAt: CREATED,
  labels: {},
  annotations: {},
  nodeName: 'node1',
  nodeSelector: {},
  gates: [],
  phase: 'Pending',
  conditions: [],
  containers: state ? [container(state)] : [],
  initContainers: [],
  ...more,
});

export const container = (state: ContainerState, name = 'default'): Container => ({
  name,
  image: 'x:1',
  state,
});

export const waiting = (reason?: string, message?: string): ContainerState => ({
  kind: 'waiting',
  ...(reason !== undefined && { reason }),
  ...(message !== undefined && { message }),
});

export const running = (second = 1): ContainerState => ({ kind: 'running', startedAt: secondAt(second) });

export const terminated = (exitCode: number, more: object = {}): ContainerState => ({
  kind: 'terminated',
  exitCode,
  startedAt: secondAt(1),
  finishedAt: secondAt(5),
  ...more,
});

/** Wall milliseconds of so many seconds after the pod was made. */
export const secondAt = (second: number): number => CREATED + second * 1000;
