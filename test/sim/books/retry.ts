import type { Strategy } from './model.ts';

/** How an attempt ended, as the reference's `evaluateOnExit` looks at it. */
export interface Failure {
  readonly statusReason: string;
  readonly reason: string;
  readonly exitCode: number | undefined;
}

/** Whether the reference gives a job another attempt after so many. */
export const deserves = (strategy: Strategy, attempt: number, failure: Failure): boolean => {
  if (attempt >= strategy.attempts) return false;
  for (const rule of strategy.rules) {
    const asked = [
      [rule.onStatusReason, failure.statusReason],
      [rule.onReason, failure.reason],
      [rule.onExitCode, failure.exitCode === undefined ? undefined : `${failure.exitCode}`],
    ] as const;
    if (asked.every(([pattern, value]) => pattern === undefined || like(pattern, value)))
      return rule.action.toUpperCase() === 'RETRY';
  }
  return true;
};

const like = (pattern: string, value: string | undefined): boolean => {
  if (value === undefined) return false;
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : pattern === value;
};
