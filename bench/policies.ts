/**
 * What it costs to ask whether a user may submit a job: ten policies of ten statements, each of three actions and two
 * resources, one in five with a condition and a variable; beside the check of the signature of the same request. One
 * evaluation is to take at most as long as one signature. The allow stands last; `--refused`: none of them allows it. Each question
 * is about another queue, so that nothing that was found before helps; `--again`: all about one.
 *
 *   npm run bench:policies -- [--rounds 5] [--times 20000] [--refused] [--again]
 */
import { parseArgs } from 'node:util';
import type { SignedRequest } from '../src/auth/credentials.ts';
import { contextOf } from '../src/auth/policy/context.ts';
import { evaluate } from '../src/auth/policy/evaluate.ts';

import { isRefusal } from '../src/domain/refusal.ts';
import { count } from '../test/support/flags.ts';
import { policyOf } from '../test/support/policies.ts';
import { sign, verified } from '../test/support/signed.ts';
import { compare } from './support/rounds.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    times: { type: 'string', default: '20000' },
    refused: { type: 'boolean', default: false },
    again: { type: 'boolean', default: false },
  },
});
const times = count('times', values.times);

const ARN = 'arn:aws:batch:us-east-1:123456789012';
const TEAM = { StringEquals: { 'aws:ResourceTag/team': '$' + '{aws:PrincipalTag/team}' } };

/** Statements that come near: the same service, the action or the resource another one. */
const statement = (n: number): object => ({
  Sid: `s${n}`,
  Effect: n % 10 === 3 ? 'Deny' : 'Allow',
  Action: ['batch:List*', n % 2 === 0 ? 'batch:SubmitServiceJob' : 'batch:Submit*', 'logs:GetLogEvents'],
  Resource: [`${ARN}:job-queue/team-${n}-*`, `${ARN}:job-definition/align-${n}:*`],
  ...(n % 5 === 0 && { Condition: TEAM }),
});

const ALLOW = { Effect: 'Allow', Action: 'batch:SubmitJob', Resource: `${ARN}:job-queue/research*` };

const policies = Array.from({ length: 10 }, (_, p) => {
  const own = Array.from({ length: 10 }, (_, s) => statement(p * 10 + s));
  if (p === 9 && !values.refused) own[9] = ALLOW;
  return policyOf({ Version: '2012-10-17', Statement: own });
});

const context = contextOf({
  'aws:username': 'ann',
  'aws:PrincipalArn': 'arn:aws:iam::123456789012:user/ann',
  'aws:PrincipalTag/team': 'red',
  'aws:ResourceTag/team': 'red',
  'aws:SourceIp': '10.0.0.1',
});
/** More than are kept. */
const questions = Array.from({ length: values.again ? 1 : 1000 }, (_, n) => ({
  action: 'batch:SubmitJob',
  resource: `${ARN}:job-queue/research${n}`,
  context,
}));
let asked = 0;

const SECRET = 'bench-secret-bench-secret-bench-secret00';
const NOW = Date.UTC(2026, 0, 1);
const body = JSON.stringify({
  jobName: 'a',
  jobQueue: 'research',
  jobDefinition: 'align:3',
  parameters: { in: 'x' },
});
const raw = await sign(
  'http://127.0.0.1:8585',
  { accessKeyId: 'AKIABENCH', secretAccessKey: SECRET, at: new Date(NOW) },
  { path: '/v1/submitjob', headers: { 'content-type': 'application/json' }, body },
);
const signed: SignedRequest = {
  method: 'POST',
  path: '/v1/submitjob',
  query: [],
  headers: Object.fromEntries(
    Object.entries(raw.headers!).map(([name, value]) => [name.toLowerCase(), [value]]),
  ),
  body: Buffer.from(body),
};
const key = { secret: SECRET, arn: 'arn:aws:iam::123456789012:user/ann' };
const expectation = { region: 'us-east-1', service: 'batch', now: NOW, keyOf: () => key };

/** Microseconds of CPU time of one. */
const each = async (once: () => boolean): Promise<number> => {
  for (let n = 0; n < times / 10; n++) once();
  const began = process.cpuUsage();
  let right = 0;
  for (let n = 0; n < times; n++) if (once()) right++;
  const { user, system } = process.cpuUsage(began);
  if (right !== times) throw new Error(`${right} of ${times} were answered as they should be`);
  return (user + system) / times;
};

const expected = values.refused ? 'implicitDeny' : 'allow';
await compare({
  ours: {
    name: 'an evaluation of 100 statements',
    run: () =>
      each(() => evaluate({ identity: policies }, questions[asked++ % questions.length]!).kind === expected),
  },
  theirs: {
    name: 'a signature check',
    run: () => each(() => !isRefusal(verified(signed, expectation))),
  },
  rounds: count('rounds', values.rounds),
  unit: 'us of CPU',
  asked: { atMost: 1 },
});
