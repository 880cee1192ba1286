import type { Pod } from '../objects.ts';
import { isHeldUp, ownContainers } from './own.ts';

/** Since when, in milliseconds of the steady clock, a pod is seen in what is waited for so long and no longer (K-065). */
export interface Since {
  /** It is bound to a node and has not begun. */
  readonly bound?: number;
  /** By container that has not its image yet: when that was not had for the first time. */
  readonly pulls?: Readonly<Record<string, number>>;
  /** Its container is not made, for the same words. */
  readonly blocked?: { readonly words: string; readonly at: number };
  /** The scheduler has no place for it. */
  readonly unschedulable?: number;
  /** Ours has ended. */
  readonly ended?: number;
}

export const BLOCKED: readonly string[] = [
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'CrashLoopBackOff',
];

export const PULLS: readonly string[] = [
  'ErrImagePull',
  'ImagePullBackOff',
  'RegistryUnavailable',
  'SignatureValidationFailed',
];

/** What is kept of a pod when it is seen at `now`; `before` is what was kept of the same pod. */
export const sinceNow = (before: Since, pod: Pod, now: number): Since => {
  const own = ownContainers(pod);
  if (own.length > 0 && own.every(({ state }) => state.kind === 'terminated'))
    return { ended: before.ended ?? now };
  const waiting = waitingIn(pod);
  if (own.some(({ state }) => state.kind === 'running') && !isHeldUp(pod)) return {};
  const [words, pulls] = [blockOf(waiting), pullsNow(before.pulls ?? {}, pod, now)];
  return {
    ...(pod.nodeName !== undefined && { bound: before.bound ?? now }),
    ...(Object.keys(pulls).length > 0 && { pulls }),
    ...(words !== undefined && {
      blocked: before.blocked?.words === words ? before.blocked : { words, at: now },
    }),
    ...(unschedulableIn(pod) && { unschedulable: before.unschedulable ?? now }),
  };
};

/** A container that waits. */
export interface Waiting {
  readonly name: string;
  readonly image?: string;
  readonly reason?: string;
  readonly message?: string;
}

/** The first of ours that waits for more than its turn; an init container's pull holds all others up. */
export const waitingIn = (pod: Pod): Waiting | undefined => {
  const waiting = allWaiting(pod);
  const isTold = ({ reason = '' }: Waiting) => !['', 'ContainerCreating', 'PodInitializing'].includes(reason);
  return waiting.find(isTold) ?? waiting[0];
};

const allWaiting = (pod: Pod): Waiting[] =>
  [...pod.initContainers, ...ownContainers(pod)].flatMap(({ name, image, state }) =>
    state.kind === 'waiting' ? [{ ...state, name, ...(image !== undefined && { image }) }] : [],
  );

const pullsNow = (before: Readonly<Record<string, number>>, pod: Pod, now: number): Record<string, number> =>
  Object.fromEntries(
    allWaiting(pod).flatMap(({ name, reason = '' }) => {
      // between two tries it may be told as being made again
      const isKnown = before[name] !== undefined && !BLOCKED.includes(reason);
      return isKnown || PULLS.includes(reason) ? [[name, before[name] ?? now]] : [];
    }),
  );

const blockOf = (waiting: Waiting | undefined): string | undefined =>
  waiting && BLOCKED.includes(waiting.reason ?? '') ? `${waiting.reason}: ${waiting.message}` : undefined;

/** The scheduler's word, where it has no place for the pod. */
export const unschedulableIn = ({ conditions }: Pod): { readonly message?: string } | undefined =>
  conditions.find(
    ({ type, status, reason }) => type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable',
  );
