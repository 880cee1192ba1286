import type { Context } from '../policy/context.ts';
import { evaluate, type Rights, type Verdict } from '../policy/evaluate.ts';
import type { Refused } from '../policy/words.ts';
import type { Question } from './question.ts';

/** What is known of the caller, the request and the resource, together with what the question says. */
export type ContextFor = (question: Question, resource: string) => Context;

/** The first question that is not answered well, and why; undefined where all are (rule A-112). */
export const firstRefused = (
  rights: Rights,
  questions: readonly Question[],
  contextFor: ContextFor,
): Omit<Refused, 'caller'> | undefined => {
  for (const question of questions) {
    const verdict = verdictOn(rights, question, contextFor);
    if (verdict.kind === 'allow') continue;
    const [resource] = question.resources;
    if (question.needs === 'allow' || verdict.kind === 'explicitDeny')
      return { action: question.action, resource, verdict };
  }
  return undefined;
};

/** Of several resources a Deny on any counts, then an Allow on any. */
const verdictOn = (rights: Rights, question: Question, contextFor: ContextFor): Verdict => {
  const { action, resources } = question;
  const verdicts = resources.map((resource) =>
    evaluate(rights, { action, resource, context: contextFor(question, resource) }),
  );
  const deciding = (kind: Verdict['kind']) => verdicts.find((verdict) => verdict.kind === kind);
  return deciding('explicitDeny') ?? deciding('allow') ?? verdicts[0]!;
};
