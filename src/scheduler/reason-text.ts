import {
  atLimit,
  behindHead,
  beyondHost,
  beyondMaximum,
  environmentsDisabled,
  environmentsInvalid,
  waitingForRoom,
} from '../domain/wait-text.ts';
import type { WaitReason } from './snapshot.ts';

/** The sentence for a reason of the plan. */
export const reasonText = (reason: WaitReason): string => {
  switch (reason.kind) {
    case 'behind':
      return behindHead(reason.asks);
    case 'room':
      return waitingForRoom(reason.asks, reason.free, reason.total);
    case 'limit':
      return atLimit(reason.asks, reason.environment, reason.used, reason.max);
    case 'disabled':
      return environmentsDisabled(reason.environments);
    case 'invalid':
      return environmentsInvalid(reason.environments);
    case 'never-max':
      return beyondMaximum(reason.asks, reason.environment, reason.max);
    case 'never-host':
      return beyondHost(reason.asks, reason.total);
  }
};

/** What can never run says so first; everything else after its place in line. */
export const neverRuns = (reason: WaitReason): boolean =>
  reason.kind === 'never-max' || reason.kind === 'never-host' || reason.kind === 'invalid';
