import type { ExitRule, RetryStrategy } from './job-spec.ts';

/** How an attempt failed, in the words the rules of `evaluateOnExit` are matched with. */
export interface AttemptFailure {
  readonly statusReason: string;
  readonly reason?: string;
  readonly exitCode?: number;
}

/**
 * Whether a failed attempt is followed by another: never beyond `attempts`, and the first rule that matches
 * decides (rules J-185 to J-204). `attempt` counts from 1.
 */
export const runsAgain = (strategy: RetryStrategy, attempt: number, failure: AttemptFailure): boolean => {
  if (attempt >= strategy.attempts) return false;
  const rule = strategy.evaluateOnExit.find((candidate) => matches(candidate, failure));
  return rule === undefined || rule.action.toLowerCase() === 'retry';
};

/** All conditions given must match; `*` in a text's condition also matches a text that is absent (J-202). */
const matches = (rule: ExitRule, failure: AttemptFailure): boolean =>
  text(rule.onStatusReason, failure.statusReason) &&
  text(rule.onReason, failure.reason ?? '') &&
  code(rule.onExitCode, failure.exitCode);

const text = (pattern: string | undefined, value: string): boolean => {
  if (pattern === undefined) return true;
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
};

const code = (pattern: string | undefined, exitCode: number | undefined): boolean =>
  pattern === undefined || (exitCode !== undefined && text(pattern, String(exitCode)));
