import { cutReason, OUT_OF_MEMORY } from '../../../domain/attempt-reason.ts';
import type { TaskReport } from '../../engine.ts';
import { ANNOTATION } from '../names.ts';
import type { Condition, Pod } from '../objects.ts';
import { STOPPED_UNBEGUN } from '../stage.ts';
import {
  begunAt,
  type Ends,
  endsOf,
  type FailedInit,
  failedInit,
  hasBegun,
  hasRun,
  isOfContainers,
  type Terminated,
} from './own.ts';
import { isCalledOff, isCalledOffUnmade, isStartError, startFailure } from './start-errors.ts';

/** Of a pod whose containers have ended, or that is Failed or Succeeded: rows 1 to 11 of the table. */
export const endOf = (pod: Pod, taskId: string, stop: string | undefined): TaskReport => {
  const end: End = { pod, taskId, stop: stop ?? stopNoted(pod), ends: endsOf(pod) };
  return (
    unknownEnd(end) ??
    startFailed(end) ??
    wellEnded(end) ??
    takenAway(end) ??
    neverBegan(end) ??
    ranToEnd(end)
  );
};

/** Why ours took it away, as the pod says itself: a later server knows it too (K-166). */
export const stopNoted = ({ annotations }: Pod): string | undefined =>
  ANNOTATION.stopped in annotations ? annotations[ANNOTATION.stopped] || STOPPED_UNBEGUN : undefined;

interface End {
  readonly pod: Pod;
  readonly taskId: string;
  readonly stop: string | undefined;
  readonly ends: Ends | undefined;
}

type Row = (end: End) => TaskReport | undefined;

/** Row 1. Rules K-030, K-170: of one that ours took away while its image was pulled the kubelet may know as little. */
const unknownEnd: Row = (end) => {
  const { ends, stop } = end;
  if (!ends || (ends.decisive.reason !== UNKNOWN_REASON && ends.stoppedAt !== undefined)) return undefined;
  return stop === undefined ? lost(end, UNKNOWN) : failed(end, stop);
};

const [UNKNOWN_REASON, UNKNOWN, OUTSIDE] = [
  'ContainerStatusUnknown',
  'container status unknown',
  'deleted from outside',
];

const isUnknown = ({ reason, finishedAt }: Terminated): boolean =>
  reason === UNKNOWN_REASON || finishedAt === undefined;

/** Row 2. Rules K-031 to K-033. */
const startFailed: Row = (end) => {
  const { ends } = end;
  return ends && isStartError(ends.decisive) ? startFailedOf(end, ends.decisive) : undefined;
};

const startFailedOf = (end: End, state: Terminated): TaskReport => {
  if (isCalledOff(state)) return calledOff(end, state);
  const { reason, exitCode } = startFailure(state.message ?? state.reason ?? '');
  return { ...failed(end, reason), ...(exitCode !== undefined && { exitCode }) };
};

/** Nobody's fault: it is placed again where it certainly never ran. Rules K-040, K-043, K-170. */
const calledOff = (end: End, state: Terminated): TaskReport => {
  const { pod, taskId, stop } = end;
  if (stop !== undefined) return failed(end, stop);
  const mayHaveRun = !isCalledOffUnmade(state) || [...pod.containers, ...pod.initContainers].some(hasRun);
  return mayHaveRun ? lost(end, saidOf(state)) : { taskId, kind: 'unstarted', reason: saidOf(state) };
};

/** Row 3. Rules K-034, K-036. */
const wellEnded: Row = (end) => {
  const { pod, ends } = end;
  const isWell = ends ? ends.decisive.exitCode === 0 && pod.phase !== 'Failed' : pod.phase === 'Succeeded';
  return isWell ? exited(end, 0) : undefined;
};

/** Of the kubelet, which shuts down or needs the room: the first four of what it never let begin. */
const KUBELET_GONE = ['NodeShutdown', 'Shutdown', 'Terminated', 'Preempting'];

/** Rows 4, 5, 6 and 9: rules K-038 to K-040, K-042, K-046, K-047. */
const takenAway: Row = (end) => {
  const { pod, ends, stop } = end;
  if (ends?.decisive.exitCode === 0) return undefined;
  const disruption = disruptionOf(pod);
  if (disruption) return lost(end, saidOf(disruption));
  const isKubelets = KUBELET_GONE.includes(pod.reason ?? '');
  if (pod.reason === 'NodeLost' || (isKubelets && hasBegun(pod))) return lost(end, saidOf(pod));
  if (isKubelets) return undefined;
  if (!ends && hasBegun(pod)) return lost(end, saidOf(pod) || 'its end is not known');
  return ends && stop === undefined && pod.reason !== 'Evicted' && wasDeletedBeforeItsEnd(pod, ends.stoppedAt)
    ? lost(end, OUTSIDE)
    : undefined;
};

/**
 * Somebody's delete came before the end: what is over already may be deleted by a garbage collector, and has its own end.
 * Both times are the cluster's, in whole seconds.
 */
const wasDeletedBeforeItsEnd = (pod: Pod, stoppedAt = 0): boolean =>
  stoppedAt >= (deletionAskedAt(pod) ?? Number.POSITIVE_INFINITY);

/** When somebody deleted it: it goes at the end of the grace. */
export const deletionAskedAt = ({ deletedAt, deletionGraceSeconds = 0 }: Pod): number | undefined =>
  deletedAt === undefined ? undefined : deletedAt - deletionGraceSeconds * 1000;

/** Rows 5 to 7 and 14: rules K-025, K-026, K-041, K-043. */
const neverBegan: Row = (end) => {
  const { pod, ends, stop, taskId } = end;
  if (ends) return undefined;
  const init = failedInit(pod);
  if (init) return initFailed(end, init);
  if (stop !== undefined) return failed(end, stop);
  if (isTurnedAway(pod)) return { taskId, kind: 'unstarted', reason: saidOf(pod) || OUTSIDE };
  if (pod.containers.length > 0) return lost(end, saidOf(pod) || 'its end is not known');
  return failed(end, saidOf(pod) || 'its pod failed before it began');
};

/**
 * Rows 1, 2, 5, 6 and 9 for an init container: one that was taken away is lost, not unstarted, for it has run. Rules K-030 to
 * K-033, K-041, K-042, K-047.
 */
const initFailed = (end: End, { name, state }: FailedInit): TaskReport => {
  const { pod, stop } = end;
  const { exitCode, reason: word } = state;
  if (!isUnknown(state) && isStartError(state)) return startFailedOf(end, state);
  const taken = initTaken(pod, state);
  if (taken !== undefined) return stop === undefined ? lost(end, taken) : failed(end, stop);
  const why = (pod.reason === 'Evicted' ? pod.message : state.message)?.trim();
  return {
    ...failed(end, `init container ${name} ended with ${exitCode}${why ? `: ${why}` : ''}`),
    // whose it is, its code decides and the cluster's word is looked for (T-376)
    ...(isOfContainers(pod) && { exitCode, ...(word && { word }) }),
  };
};

/** By what an init container was ended that did not end by itself. */
const initTaken = (pod: Pod, state: Terminated): string | undefined => {
  if (isUnknown(state)) return UNKNOWN;
  if (KUBELET_GONE.includes(pod.reason ?? '')) return saidOf(pod);
  const isCut = pod.reason !== 'Evicted' && wasDeletedBeforeItsEnd(pod, state.finishedAt);
  return isCut ? OUTSIDE : undefined;
};

const ADMISSION =
  /^(OutOf.*|UnexpectedAdmissionError|Node.*|Topology.*|TaintToleration|Sysctl.*|Evicted|AppArmor|Pod.*)$/;

/** The kubelet that it was bound to refused it or went away, or somebody deleted it: none of that is its own fault. */
const isTurnedAway = ({ reason = '', containers, deletedAt }: Pod): boolean =>
  deletedAt !== undefined ||
  KUBELET_GONE.includes(reason) ||
  (containers.length === 0 && ADMISSION.test(reason));

/** Rows 8, 10 and 11. Rules K-023, K-035, K-037, K-045. */
const ranToEnd = (end: End): TaskReport => {
  const { pod, ends } = end;
  if (pod.reason === 'Evicted') return exited(end, KILLED, pod.message);
  const { exitCode, reason, message } = ends!.decisive;
  // its retry strategy looks for the cluster's word (T-376)
  if (isOfContainers(pod)) return exited(end, exitCode, reason);
  const isOutOfMemory = reason === 'OOMKilled' && exitCode !== TERMINATED;
  return exited(end, exitCode, isOutOfMemory ? OUT_OF_MEMORY : message?.trim());
};

const [KILLED, TERMINATED] = [137, 143];

const exited = (end: End, exitCode: number, reason?: string): TaskReport => {
  const stoppedAt = stoppedAtOf(end);
  const startedAt = end.ends?.startedAt ?? stoppedAt;
  return {
    taskId: end.taskId,
    kind: 'exited',
    startedAt,
    stoppedAt: Math.max(startedAt, stoppedAt),
    exitCode,
    ...(reason && { reason: cutReason(reason) }),
  };
};

const failed = (end: End, reason: string): Extract<TaskReport, { kind: 'failed' }> => ({
  taskId: end.taskId,
  kind: 'failed',
  stoppedAt: stoppedAtOf(end),
  reason: cutReason(reason),
});

const lost = (end: End, reason: string): TaskReport => {
  const startedAt = begunAt(end.pod);
  return {
    taskId: end.taskId,
    kind: 'lost',
    ...(startedAt !== undefined && { startedAt }),
    stoppedAt: Math.max(startedAt ?? 0, stoppedAtOf(end)),
    reason: cutReason(reason),
  };
};

/** What the pod says of when it was over, the truest first (K-029); it has at least conditions that turned then. */
const stoppedAtOf = ({ pod, ends }: End): number => {
  const turned = pod.conditions.flatMap(({ at }) => at ?? []);
  return (
    ends?.stoppedAt ?? disruptionOf(pod)?.at ?? deletionAskedAt(pod) ?? Math.max(pod.createdAt, ...turned)
  );
};

const disruptionOf = ({ conditions }: Pod): Condition | undefined =>
  conditions.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True');

/** In the cluster's own words (K-039, K-052). */
const saidOf = ({ reason, message }: { readonly reason?: string; readonly message?: string }): string =>
  [reason, message].filter(Boolean).join(': ');
