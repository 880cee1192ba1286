import assert from 'node:assert/strict';
import type { Asks, Found, Question } from '../../src/auth/questions/question.ts';
import { questionsOf } from '../../src/auth/questions/questions.ts';

const ACCOUNT = { partition: 'aws', region: 'us-east-1', account: '123456789012' };
export const ARN = 'arn:aws:batch:us-east-1:123456789012';
export const JOB = '7b1f0c9e-3a54-4c11-9d53-0f7a2b6f8f10';
export const ROLE = 'arn:aws:iam::123456789012:role/pipeline';
export const SUBMIT = { jobName: 'j', jobQueue: 'q', jobDefinition: 'align:3' };

export const asked = (service: string, operation: string, input: unknown = {}, found: Found = {}): Asks =>
  questionsOf({ service, operation, input, account: ACCOUNT, found });

export const questions = (
  service: string,
  operation: string,
  input?: unknown,
  found?: Found,
): readonly Question[] => {
  const asks = asked(service, operation, input, found);
  assert.equal(asks.kind, 'all', operation);
  return asks.kind === 'all' ? asks.questions : [];
};

/** Each question in short: `action resource|resource`, with a question mark where only a Deny counts; `~`: an ARN of Batch. */
export const short = (all: readonly Question[]): string[] =>
  all.map(
    ({ action, resources, needs }) =>
      `${action}${needs === 'allow' ? '' : '?'} ${resources.map((arn) => arn.replace(`${ARN}:`, '~')).join('|')}`,
  );

export const batch = (operation: string, input?: unknown, found?: Found): string[] =>
  short(questions('batch', operation, input, found));
