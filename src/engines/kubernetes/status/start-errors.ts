import { cutReason } from '../../../domain/attempt-reason.ts';
import type { Terminated } from './own.ts';

const NEVER_RAN = ['StartError', 'ContainerCannotRun', 'CreateContainerError'];

/** A container that ended without having run: its start is told as the epoch (K-031). */
export const isStartError = ({ startedAt, reason = '' }: Terminated): boolean =>
  startedAt !== undefined ? startedAt <= 0 : NEVER_RAN.includes(reason);

/** What comes before words of the job's own. */
const BEGINNINGS = ['exec: ', 'unable to start container process: '];

const CALLED_OFF = /(^|: )context canceled(: unknown)?$/;

/** Whoever asked the runtime for the start has gone in the middle of it: a kubelet that was killed. What the job itself says is in other places. */
export const isCalledOff = ({ message = '' }: Terminated): boolean =>
  CALLED_OFF.test(message) && !BEGINNINGS.some((word) => message.includes(word));

/** The same before the container was made, as containerd tells it: none of its program has run. */
export const isCalledOffUnmade = (state: Terminated): boolean =>
  isCalledOff(state) && state.message!.startsWith('failed to create containerd task: ');

/** Rules K-032 and K-033: of the runtime's message what says why, and the code that a shell would give. */
export const startFailure = (message: string): { readonly reason: string; readonly exitCode?: number } => {
  const at = BEGINNINGS.map((word) => message.indexOf(word)).find((place) => place >= 0) ?? 0;
  const exitCode = exitCodeOf(message);
  return {
    reason: cutReason(`CannotStartContainerError: ${message.slice(at)}`),
    ...(exitCode !== undefined && { exitCode }),
  };
};

const exitCodeOf = (message: string): number | undefined => {
  if (/no such file|not found/i.test(message)) return 127;
  return /permission denied/i.test(message) ? 126 : undefined;
};
