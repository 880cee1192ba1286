import { type Refusal, refuseWrapped } from './refusal.ts';

interface RetryInput {
  readonly attempts?: number;
  readonly evaluateOnExit?: readonly {
    readonly action?: string;
    readonly onStatusReason?: string;
    readonly onReason?: string;
    readonly onExitCode?: string;
  }[];
}

/** Rules J-023, J-024, J-086, J-192 to J-199. An empty strategy is refused at register and absent at submit (J-087). */
export const checkRetryStrategy = (retry: RetryInput | undefined): Refusal | undefined => {
  if (!retry) return undefined;
  const { attempts, evaluateOnExit = [] } = retry;
  if (attempts === undefined) return refuseWrapped('RetryAttempts must be provided with retry strategy');
  if (attempts < 1 || attempts > 10) return refuseWrapped('RetryAttempts must be between 1 and 10.');
  if (evaluateOnExit.length > 5) {
    return refuseWrapped(`evaluateOnExit takes at most 5 entries, got ${evaluateOnExit.length}.`);
  }
  for (const rule of evaluateOnExit) {
    const wrong = checkRule(rule);
    if (wrong) return wrong;
  }
  return undefined;
};

const REASON = /^[A-Za-z0-9.:\s]*\*?$/;
const CODE = /^[0-9]*\*?$/;

const checkRule = (rule: NonNullable<RetryInput['evaluateOnExit']>[number]): Refusal | undefined => {
  if (!/^(retry|exit)$/i.test(rule.action ?? '')) {
    return refuseWrapped(`EvaluateOnExit action must be RETRY or EXIT, got '${rule.action ?? ''}'.`);
  }
  const conditions = [
    [rule.onStatusReason, REASON],
    [rule.onReason, REASON],
    [rule.onExitCode, CODE],
  ] as const;
  if (conditions.every(([pattern]) => pattern === undefined)) {
    return refuseWrapped(
      'EvaluateOnExit should contain at least one of onExitCode, onReason or onStatusReason.',
    );
  }
  for (const [pattern = '', form] of conditions) {
    if (pattern.length > 512)
      return refuseWrapped('Evaluate on exit condition cannot exceed 512 characters.');
    if (!form.test(pattern))
      return refuseWrapped('Evaluate on exit condition contains restricted characters');
  }
  return undefined;
};

/** Rules J-030, J-205. */
export const checkTimeout = (
  timeout: { readonly attemptDurationSeconds?: number } | undefined,
): Refusal | undefined =>
  timeout?.attemptDurationSeconds !== undefined && timeout.attemptDurationSeconds < 60
    ? refuseWrapped('AttemptDurationSeconds in Timeout must be at least 60 seconds.')
    : undefined;
