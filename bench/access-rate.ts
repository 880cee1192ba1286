/**
 * Signed SubmitJob at 16 connections by a user with ten managed policies of ten statements, beside the same by root, on one
 * server, in turn. The user's rate is to be at least 0.9 of root's. With `--tags` a policy looks at the queue's tags.
 *
 *   npm run bench:access -- [--requests 10000] [--warm 2000] [--rounds 5] [--tags]
 *
 * The environment is DISABLED, so that the jobs wait.
 */
import { parseArgs } from 'node:util';
import { count } from '../test/support/flags.ts';
import { asRoot, makeUser } from '../test/support/iam.ts';
import { load, signedBytes, times } from './support/load.ts';
import { cpuMicroseconds } from './support/process.ts';
import { compare } from './support/rounds.ts';
import { setUp, startBenchServer } from './support/server.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    warm: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '5' },
    tags: { type: 'boolean', default: false },
  },
});
const requests = count('requests', values.requests);
const warm = count('warm', values.warm);
const body = JSON.stringify({ jobName: 'bench', jobQueue: 'q', jobDefinition: 'd' });

const server = await startBenchServer();
await setUp(server, ['/bin/true'], 'DISABLED');
const target = { url: server.url, rootKey: server.key };
const user = await makeUser(target, 'ann');

const ARN = 'arn:aws:batch:*:*';
const near = (n: number): object => ({
  Sid: `s${n}`,
  Effect: 'Allow',
  Action: ['batch:List*', 'batch:Submit*', 'logs:GetLogEvents'],
  Resource: [`${ARN}:job-queue/team-${n}-*`, `${ARN}:job-definition/align-${n}:*`],
});
const ALLOW = {
  Effect: 'Allow',
  Action: 'batch:SubmitJob',
  Resource: [`${ARN}:job-queue/q`, `${ARN}:job-definition/d:*`],
  ...(values.tags && { Condition: { StringNotEquals: { 'aws:ResourceTag/closed': 'yes' } } }),
};
for (let p = 0; p < 10; p++) {
  const statements = Array.from({ length: 10 }, (_, s) => (p === 9 && s === 9 ? ALLOW : near(p * 10 + s)));
  const document = { Version: '2012-10-17', Statement: statements };
  const made = await asRoot(target, 'CreatePolicy', {
    PolicyName: `p${p}`,
    PolicyDocument: JSON.stringify(document),
  });
  const [, arn] = /<Arn>([^<]*)</.exec(made)!;
  await asRoot(target, 'AttachUserPolicy', { UserName: 'ann', PolicyArn: arn });
}

/** Requests a second, with the CPU time that the server took for each printed. */
const rate = async (name: string, key: Parameters<typeof signedBytes>[1]): Promise<number> => {
  const bytes = await signedBytes(server.url, key, '/v1/submitjob', body);
  await load(server.url, 16, times(warm, bytes));
  const before = cpuMicroseconds(server.process.pid!);
  const done = await load(server.url, 16, times(requests, bytes));
  const cost = (cpuMicroseconds(server.process.pid!) - before) / requests;
  console.error(`  ${name}: ${cost.toFixed(0)} us of CPU a request`);
  return done;
};

await compare({
  ours: { name: 'a user with ten policies', run: () => rate('user', user) },
  theirs: { name: 'root', run: () => rate('root', server.key) },
  rounds: count('rounds', values.rounds),
  unit: 'requests/s',
  asked: { atLeast: 0.9 },
});
await server.stop();
