import type { Context } from '../policy/context.ts';
import { evaluateAny, type Rights, type Verdict } from '../policy/evaluate.ts';
import type { Refused } from '../policy/words.ts';
import type { Question } from './question.ts';

/** What is known of the caller, the request and the resource, together with what the question says. */
export type ContextFor = (question: Question, resource: string) => Context;

/** What the caller's policies say to one question. */
export const verdictOn = (rights: Rights, question: Question, contextFor: ContextFor): Verdict => {
  const { action, resources } = question;
  return evaluateAny(
    rights,
    resources.map((resource) => ({ action, resource, context: contextFor(question, resource) })),
  );
};

/** The first question that is not answered well, and why; undefined where all are (rule A-112). */
export const firstRefused = (
  rights: Rights,
  questions: readonly Question[],
  contextFor: ContextFor,
): Omit<Refused, 'caller'> | undefined => {
  for (const question of questions) {
    const { action, resources } = question;
    const verdict = verdictOn(rights, question, contextFor);
    if (verdict.kind === 'allow') continue;
    const [resource] = resources;
    if (question.needs === 'allow' || verdict.kind === 'explicitDeny') return { action, resource, verdict };
  }
  return undefined;
};
