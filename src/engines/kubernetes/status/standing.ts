import type { Pod } from '../objects.ts';
import { endOf } from './ended.ts';
import type { Facts, Standing } from './facts.ts';
import { begunAt, isHeldUp, ownContainers } from './own.ts';
import { waitingOf } from './waiting.ts';

/**
 * The state table of docs/kubernetes-members.md: the first row that fits. The same pod is the same standing, whoever looks
 * (K-053); what is not known of it (phases, reasons, conditions of later versions) is told by its phase alone (K-052).
 */
export const standingOf = (pod: Pod, facts: Facts): Standing => {
  const own = ownContainers(pod);
  const isOver = own.length > 0 && own.every(({ state }) => state.kind === 'terminated');
  if (isOver || pod.phase === 'Succeeded' || pod.phase === 'Failed') return overOrLingering(pod, facts);
  const startedAt = begunAt(pod);
  return startedAt === undefined ? waitingOrLost(pod, facts) : begunOf(pod, facts, startedAt);
};

/** So long others may run on when ours has ended (K-123). */
const LINGER_MILLISECONDS = 60_000;

const overOrLingering = (pod: Pod, { taskId, stop, since, now }: Facts): Standing => {
  const report = endOf(pod, taskId, stop);
  const until = (since.ended ?? now) + LINGER_MILLISECONDS;
  const others = pod.containers.some(({ state }) => state.kind === 'running');
  if (report.kind !== 'exited' || pod.phase !== 'Running' || !others || until <= now)
    return { kind: 'over', report };
  return { kind: 'running', startedAt: report.startedAt, until };
};

/** Of several containers one may wait for what it never gets, while others run or have ended (T-379). */
const begunOf = (pod: Pod, facts: Facts, startedAt: number): Standing => {
  const running = runningOf(pod, facts, startedAt);
  if (running.kind !== 'running' || pod.deletedAt !== undefined || !isHeldUp(pod)) return running;
  const waiting = waitingOf(pod, facts);
  if (waiting.kind === 'doomed') return waiting;
  const { until } = waiting as { readonly until?: number };
  return until === undefined ? running : { ...running, until };
};

/** Rows 12 and 13. Rules K-067, K-068. */
const runningOf = (pod: Pod, { taskId, nodeIsSilent }: Facts, startedAt: number): Standing => {
  const at = takenBySilence(pod);
  if (at === undefined || !nodeIsSilent) return { kind: 'running', startedAt };
  const stoppedAt = Math.max(startedAt, at);
  const reason = silenceOf(pod);
  return { kind: 'over', report: { taskId, kind: 'lost', startedAt, stoppedAt, reason } };
};

/** When the cluster gave up waiting for its node. */
const takenBySilence = ({ conditions, deletedAt }: Pod): number | undefined => {
  const taint = conditions.find(
    ({ type, status, reason }) =>
      type === 'DisruptionTarget' && status === 'True' && reason === 'DeletionByTaintManager',
  );
  return taint && deletedAt !== undefined ? (taint.at ?? deletedAt) : undefined;
};

const silenceOf = ({ nodeName }: Pod): string => `the node ${nodeName} does not answer`;

/** The same of one that is not known to have begun: nobody can say whether it has. */
const waitingOrLost = (pod: Pod, facts: Facts): Standing => {
  const at = takenBySilence(pod);
  if (at === undefined || !facts.nodeIsSilent) return waitingOf(pod, facts);
  const report = { taskId: facts.taskId, kind: 'lost', stoppedAt: at, reason: silenceOf(pod) } as const;
  return { kind: 'over', report };
};
