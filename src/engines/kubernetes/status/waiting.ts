import { cutReason } from '../../../domain/attempt-reason.ts';
import { outlookOf } from '../../pull-errors.ts';
import { TOMBSTONE_GATE } from '../names.ts';
import { growthOf, type Pod } from '../objects.ts';
import { deletionAskedAt, stopNoted } from './ended.ts';
import type { Facts, Standing } from './facts.ts';
import { noPlaceIn } from './no-place.ts';
import { BLOCKED, PULLS, unschedulableIn, type Waiting, waitingIn } from './since.ts';

const [TEN_SECONDS, A_MINUTE, FIVE_MINUTES, TEN_MINUTES] = [10_000, 60_000, 300_000, 600_000];

/** Of a pod that has not begun: rows 14 to 19 of the table. */
export const waitingOf = (pod: Pod, facts: Facts): Standing => {
  if (pod.deletedAt !== undefined || pod.gates.includes(TOMBSTONE_GATE)) return leaving(pod, facts);
  const waiting = waitingIn(pod);
  const { reason = '' } = waiting ?? {};
  if (NEVER_PULLED.includes(reason)) return failing(facts, PULL, waiting?.message ?? reason);
  if (PULLS.includes(reason)) return pulling(waiting!, facts);
  if (BLOCKED.includes(reason)) return blocked(waiting!, facts);
  return pod.nodeName === undefined ? unscheduled(pod, facts) : settingUp(facts);
};

const NEVER_PULLED = ['ErrImageNeverPull', 'InvalidImageName'];
const PULL = 'CannotPullContainerError';
const START = 'CannotStartContainerError';
const SETUP = 'ResourceInitializationError';

/** Rows 14 and 14b, and what a recall leaves: one that is unbound cannot be bound any more, a bound one its kubelet may yet start. */
const leaving = (pod: Pod, { taskId, stop = stopNoted(pod), wall }: Facts): Standing => {
  if (pod.nodeName !== undefined)
    return { kind: 'waiting', why: 'it was deleted, and its node lets go of it' };
  const stoppedAt = deletionAskedAt(pod) ?? wall;
  if (stop !== undefined)
    return { kind: 'over', report: { taskId, kind: 'failed', stoppedAt, reason: cutReason(stop) } };
  return {
    kind: 'over',
    report: { taskId, kind: 'unstarted', reason: 'its pod was deleted before it began' },
  };
};

/** Row 16. Rules K-056 to K-059. */
const pulling = (waiting: Waiting, facts: Facts): Standing => {
  const { name, image = '' } = waiting;
  const said = waiting.message?.replace(/^Back-off pulling image "[^"]*": (ErrImagePull: )?/, '') ?? '';
  const [since, until] = sinceAndUntil(facts, facts.since.pulls?.[name], FIVE_MINUTES);
  // an older kubelet does not say in its back-off what was wrong
  const isKnown = said !== '' && !said.startsWith('Back-off pulling image');
  if ((isKnown && outlookOf(said, image) === 'final') || facts.now >= until)
    return failing(facts, PULL, said || waiting.reason!);
  return {
    kind: 'waiting',
    why: `its image cannot be pulled since ${timeText(facts, since)}: ${said}`,
    until,
  };
};

/** Row 17. Rule K-060: a kubelet's caches may lag behind what is there. */
const blocked = ({ reason, message = reason! }: Waiting, facts: Facts): Standing => {
  const [since, until] = sinceAndUntil(facts, facts.since.blocked?.at, A_MINUTE);
  if (facts.now >= until) return failing(facts, START, message);
  return {
    kind: 'waiting',
    why: `its container is not made since ${timeText(facts, since)}: ${message}`,
    until,
  };
};

/** Row 18. Rule K-061: without trouble it may take as long as it likes, and is looked at again. */
const settingUp = (facts: Facts): Standing => {
  const { trouble, now, since } = facts;
  const [, until] = sinceAndUntil(facts, since.bound, TEN_MINUTES);
  if (now >= until && trouble !== undefined) return failing(facts, SETUP, trouble);
  const again = now < until ? until : now + A_MINUTE;
  return { kind: 'waiting', ...(trouble !== undefined && { why: trouble }), until: again };
};

/**
 * Row 19. Rule K-140: the text is the scheduler's. Another node may take what this one cannot; what no node gives is waited for
 * and then fails, as it would on a node.
 */
const unscheduled = (pod: Pod, facts: Facts): Standing => {
  const said = unschedulableIn(pod);
  if (!said) return { kind: 'waiting' };
  const { message: reason = 'Unschedulable' } = said;
  const noPlace = noPlaceIn(reason);
  if (growthOf(pod) !== undefined && noPlace !== 'missing') return growing(pod, reason, facts);
  const isNodes = noPlace === 'node' || (noPlace === 'label' && facts.isMetElsewhere);
  const [, until] = sinceAndUntil(facts, facts.since.unschedulable, isNodes ? TEN_SECONDS : LIMITS[noPlace]);
  if (facts.now < until) return { kind: 'waiting', why: reason, until };
  if (!isNodes) return failing(facts, SETUP, reason);
  return { kind: 'doomed', report: { taskId: facts.taskId, kind: 'unstarted', reason } };
};

/** Rule K-149: what kind of node is wanted for it the scheduler knows nothing of, and an autoscaler takes minutes. */
const growing = (pod: Pod, said: string, facts: Facts): Standing => {
  const word = facts.scaler ?? said;
  const [, until] = sinceAndUntil(facts, facts.since.unschedulable, FIFTEEN_MINUTES);
  if (facts.now < until)
    return { kind: 'waiting', why: `waits for a node of group ${growthOf(pod)}: ${word}`, until };
  const reason = cutReason(`no node of group ${growthOf(pod)} came: ${word}`);
  return { kind: 'doomed', report: { taskId: facts.taskId, kind: 'unstarted', reason } };
};

const FIFTEEN_MINUTES = 900_000;

const LIMITS = { node: TEN_SECONDS, label: A_MINUTE, missing: A_MINUTE, other: TEN_MINUTES } as const;

const failing = ({ taskId, wall }: Facts, name: string, said: string): Standing => ({
  kind: 'doomed',
  report: { taskId, kind: 'failed', stoppedAt: wall, reason: cutReason(`${name}: ${said}`) },
});

const sinceAndUntil = ({ now }: Facts, since = now, limit: number): [since: number, until: number] => [
  since,
  since + limit,
];

const timeText = ({ now, wall }: Facts, since: number): string =>
  new Date(wall - (now - since)).toISOString().replace(/\.\d+Z$/, 'Z');
