import { type Json, listOf, mapOf, numberOf, objectOf, textOf, textsOf, timeOf } from './json.ts';
import { ANNOTATION } from './names.ts';
import type { Condition, Container, ContainerState, Node, Pod, PodEvent, Status, Taint } from './objects.ts';

/** Undefined of what has no name or no uid: it cannot be told from another. */
export const podOf = (value: unknown): Pod | undefined => {
  const [metadata, spec, status] = partsOf(value);
  const [name, uid] = [textOf(metadata.name), textOf(metadata.uid)];
  if (name === undefined || uid === undefined) return undefined;
  const annotations = mapOf(metadata.annotations);
  return {
    name,
    uid,
    resourceVersion: textOf(metadata.resourceVersion) ?? '',
    createdAt: timeOf(metadata.creationTimestamp) ?? 0,
    ...defined({
      deletedAt: timeOf(metadata.deletionTimestamp),
      deletionGraceSeconds: numberOf(metadata.deletionGracePeriodSeconds),
      nodeName: textOf(spec.nodeName),
      reason: textOf(status.reason),
      message: textOf(status.message),
      ip: textOf(status.podIP),
    }),
    labels: mapOf(metadata.labels),
    annotations,
    nodeSelector: mapOf(spec.nodeSelector),
    gates: textsIn(spec.schedulingGates, 'name'),
    phase: textOf(status.phase) ?? 'Pending',
    conditions: conditionsOf(status.conditions),
    containers: inOrder(containersOf(status.containerStatuses, annotations), listOf(spec.containers)),
    initContainers: containersOf(status.initContainerStatuses, annotations),
  };
};

export const nodeOf = (value: unknown): Node | undefined => {
  const [metadata, spec, status] = partsOf(value);
  const [name, uid] = [textOf(metadata.name), textOf(metadata.uid)];
  if (name === undefined || uid === undefined) return undefined;
  const ready = conditionsOf(status.conditions).find(({ type }) => type === 'Ready')?.status;
  return {
    name,
    uid,
    labels: mapOf(metadata.labels),
    isCordoned: spec.unschedulable === true,
    taints: listOf(spec.taints).map(taintOf),
    ...defined({ ready }),
    allocatable: mapOf(status.allocatable),
  };
};

export const podEventOf = (value: unknown): PodEvent => {
  const event = objectOf(value);
  const at = timeOf(event.lastTimestamp) ?? timeOf(event.eventTime) ?? timeOf(event.firstTimestamp);
  return {
    ...defined({
      podUid: textOf(objectOf(event.involvedObject).uid),
      from: textOf(event.reportingComponent) || textOf(objectOf(event.source).component),
    }),
    type: textOf(event.type) ?? '',
    reason: textOf(event.reason) ?? '',
    message: textOf(event.message) ?? '',
    ...defined({ at }),
  };
};

/** Of an answer that is no `Status` (a proxy's page) `code` stands for what it lacks. */
export const statusOf = (value: unknown, code: number): Status => {
  const status = objectOf(value);
  const details = objectOf(status.details);
  return {
    code: numberOf(status.code) ?? code,
    ...defined({ reason: textOf(status.reason) }),
    message: textOf(status.message) ?? `status ${code}`,
    causes: textsIn(details.causes, 'reason'),
    ...defined({ retryAfterSeconds: numberOf(details.retryAfterSeconds) }),
  };
};

const partsOf = (value: unknown): [metadata: Json, spec: Json, status: Json] => {
  const { metadata, spec, status } = objectOf(value);
  return [objectOf(metadata), objectOf(spec), objectOf(status)];
};

const wordsOf = ({ reason, message }: Json): { reason?: string; message?: string } =>
  defined({ reason: textOf(reason), message: textOf(message) });

const conditionsOf = (value: unknown): Condition[] =>
  listOf(value).map((one) => {
    const condition = objectOf(one);
    const [type, status] = [textOf(condition.type) ?? '', textOf(condition.status) ?? ''];
    const [reason, message] = [textOf(condition.reason), textOf(condition.message)];
    return { type, status, ...defined({ reason, message, at: timeOf(condition.lastTransitionTime) }) };
  });

const taintOf = (value: unknown): Taint => {
  const taint = objectOf(value);
  const [key, effect] = [textOf(taint.key) ?? '', textOf(taint.effect) ?? ''];
  return { key, ...defined({ value: textOf(taint.value) }), effect };
};

/** Their ids are kept where somebody is shown them. */
const containersOf = (value: unknown, annotations: Readonly<Record<string, string>>): Container[] =>
  listOf(value).map((one) => {
    const container = objectOf(one);
    const image = textOf(container.image);
    const id = ANNOTATION.containers in annotations ? textOf(container.containerID) || undefined : undefined;
    return { name: textOf(container.name) ?? '', ...defined({ image, id }), state: stateOf(container.state) };
  });

const stateOf = (value: unknown): ContainerState => {
  const state = objectOf(value);
  const [running, terminated] = [objectOf(state.running), objectOf(state.terminated)];
  if (state.terminated) {
    const [startedAt, finishedAt] = [timeOf(terminated.startedAt), timeOf(terminated.finishedAt)];
    const exitCode = numberOf(terminated.exitCode) ?? 0;
    return { kind: 'terminated', exitCode, ...wordsOf(terminated), ...defined({ startedAt, finishedAt }) };
  }
  if (state.running) return { kind: 'running', ...defined({ startedAt: timeOf(running.startedAt) }) };
  return { kind: 'waiting', ...wordsOf(objectOf(state.waiting)) };
};

/** Statuses come by name; those that are not specified, of a webhook's containers that were taken out again, go last. */
const inOrder = (containers: Container[], specified: readonly unknown[]): Container[] => {
  if (containers.length < 2 || specified.length === 0) return containers;
  const names = specified.map((one) => textOf(objectOf(one).name));
  const place = ({ name }: Container): number => {
    const at = names.indexOf(name);
    return at < 0 ? names.length : at;
  };
  return containers.toSorted((a, b) => place(a) - place(b));
};

const textsIn = (list: unknown, member: string): readonly string[] =>
  textsOf(listOf(list).map((one) => textOf(objectOf(one)[member])));

/** Without the members that are undefined. */
const defined = <T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } => {
  const kept: { [K in keyof T]?: NonNullable<T[K]> } = {};
  for (const name in members) {
    const value = members[name];
    if (value !== undefined && value !== null) kept[name] = value;
  }
  return kept;
};
