import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Batch } from '@aws-sdk/client-batch';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { Running } from '../../src/main/start-server.ts';
import { createQueue } from '../support/batch.ts';
import { serverFor, until } from '../support/server.ts';

const stops: (() => Promise<void>)[] = [];
let server: Running;
let batch: Batch;
let logs: CloudWatchLogs;
/** The stream of a job that printed ten lines, and its id. */
let stream = '';
const GROUP = '/aws/batch/job';

const finished = (jobId: string) =>
  until(async () => {
    const { jobs: [job] = [] } = await batch.describeJobs({ jobs: [jobId] });
    return job?.status === 'SUCCEEDED' || job?.status === 'FAILED' ? job : undefined;
  });

const run = async (name: string, command: string[], more: object = {}) => {
  await batch.registerJobDefinition({
    jobDefinitionName: name,
    type: 'container',
    containerProperties: { image: 'busybox', vcpus: 1, memory: 64, command, ...more },
  });
  const { jobId } = await batch.submitJob({ jobName: name, jobQueue: 'q', jobDefinition: name });
  return finished(jobId!);
};

before(async () => {
  server = await serverFor({ after: (fn) => void stops.push(fn as () => Promise<void>) });
  const settings = { endpoint: server.url, region: 'us-east-1', credentials: server.rootKey };
  batch = new Batch(settings);
  logs = new CloudWatchLogs(settings);
  stops.push(async () => {
    batch.destroy();
    logs.destroy();
  });
  await createQueue(batch);
  const job = await run('lines', ['sh', '-c', 'for i in 1 2 3 4 5 6 7 8 9; do echo line $i; done']);
  stream = job.container!.logStreamName!;
});
after(async () => {
  for (const stop of stops.reverse()) await stop();
});

const messages = (events: { message?: string | undefined }[] | undefined) =>
  (events ?? []).map((event) => event.message);

test('W-085 J-320: the job’s output is in group /aws/batch/job under its stream, and nothing else', async () => {
  const { events } = await logs.getLogEvents({
    logGroupName: GROUP,
    logStreamName: stream,
    startFromHead: true,
  });
  assert.deepEqual(
    messages(events),
    Array.from({ length: 9 }, (_, i) => `line ${i + 1}`),
  );
  assert.ok(
    events!.every((event) => typeof event.timestamp === 'number' && typeof event.ingestionTime === 'number'),
  );
});

test('W-086 W-090: tokens at both ends; at the end the same token comes back', async () => {
  const all = { logGroupName: GROUP, logStreamName: stream, startFromHead: true };
  const page = await logs.getLogEvents(all);
  assert.match(page.nextForwardToken!, /^f\/\d{56}\/s$/);
  assert.match(page.nextBackwardToken!, /^b\/\d{56}\/s$/);
  const end = await logs.getLogEvents({ ...all, nextToken: page.nextForwardToken! });
  assert.deepEqual(end.events, []);
  assert.equal(end.nextForwardToken, page.nextForwardToken);
  const start = await logs.getLogEvents({ ...all, nextToken: page.nextBackwardToken! });
  assert.deepEqual(start.events, []);
  assert.equal(start.nextBackwardToken, page.nextBackwardToken);
});

test('W-090: the token of an end gives what is printed after it', async () => {
  await batch.registerJobDefinition({
    jobDefinitionName: 'slow',
    type: 'container',
    containerProperties: {
      image: 'busybox',
      vcpus: 1,
      memory: 64,
      command: ['sh', '-c', 'trap "echo two; exit 0" TERM; echo one; sleep 1000 & wait'],
    },
  });
  const { jobId } = await batch.submitJob({ jobName: 'slow', jobQueue: 'q', jobDefinition: 'slow' });
  const printed = (nextToken?: string) =>
    until(async () => {
      const { jobs: [job] = [] } = await batch.describeJobs({ jobs: [jobId!] });
      const logStreamName = job?.container?.logStreamName;
      if (logStreamName === undefined) return undefined;
      const at = { logGroupName: GROUP, logStreamName, startFromHead: true };
      const page = await logs.getLogEvents({ ...at, ...(nextToken !== undefined && { nextToken }) });
      const lines = messages(page.events);
      return /^(one|two)$/.test(lines.at(-1) ?? '') ? { lines, next: page.nextForwardToken! } : undefined;
    });
  const { next } = await printed();
  await batch.terminateJob({ jobId: jobId!, reason: 'enough' });
  assert.deepEqual((await printed(next)).lines, ['two']);
  await finished(jobId!);
});

test('W-089 W-088: without startFromHead the latest events, oldest first; a token’s direction counts', async () => {
  const last = await logs.getLogEvents({ logGroupName: GROUP, logStreamName: stream, limit: 2 });
  assert.deepEqual(messages(last.events), ['line 8', 'line 9']);
  const nextToken = last.nextBackwardToken!;
  const before = await logs.getLogEvents({ logGroupName: GROUP, logStreamName: stream, limit: 2, nextToken });
  assert.deepEqual(messages(before.events), ['line 6', 'line 7']);
});

test('W-087 W-093: limits, a bad token, an unknown group and stream are refused in the service’s words', async () => {
  const ask = (more: object) => logs.getLogEvents({ logGroupName: GROUP, logStreamName: stream, ...more });
  await assert.rejects(ask({ limit: 0 }), { name: 'InvalidParameterException' });
  await assert.rejects(ask({ limit: 10_001 }), { name: 'InvalidParameterException' });
  await assert.rejects(ask({ nextToken: 'x' }), { message: 'The specified nextToken is invalid.' });
  await assert.rejects(ask({ logGroupName: 'nothing' }), {
    message: 'The specified log group does not exist.',
  });
  await assert.rejects(ask({ logStreamName: 'nothing' }), {
    message: 'The specified log stream does not exist.',
  });
});

test('W-094 W-096: streams by name, with their times; W-095: a prefix does not go with LastEventTime', async () => {
  const { logStreams } = await logs.describeLogStreams({
    logGroupName: GROUP,
    logStreamNamePrefix: 'lines/',
  });
  const [found] = logStreams!;
  assert.equal(found!.logStreamName, stream);
  assert.equal(found!.storedBytes, 0);
  for (const member of [
    'creationTime',
    'firstEventTimestamp',
    'lastEventTimestamp',
    'uploadSequenceToken',
    'arn',
  ] as const) {
    assert.ok(found![member], member);
  }
  const wrong = { logGroupName: GROUP, logStreamNamePrefix: 'l', orderBy: 'LastEventTime' as const };
  await assert.rejects(logs.describeLogStreams(wrong), {
    message: 'Cannot order by LastEventTime with a logStreamNamePrefix.',
  });
});

test('W-097: groups, the jobs’ own among them, by their prefix, in the order of names, in pages', async () => {
  for (const group of ['/zeta', '/alpha', '/Beta']) {
    const options = { 'awslogs-group': group };
    await run(`in${group.replace('/', '-')}`, ['true'], {
      logConfiguration: { logDriver: 'awslogs', options },
    });
  }
  const names = async (input: object) =>
    (await logs.describeLogGroups(input)).logGroups!.map((group) => group.logGroupName);
  assert.deepEqual(await names({}), ['/Beta', '/alpha', GROUP, '/zeta']);
  const first = await logs.describeLogGroups({ limit: 3 });
  assert.equal(first.logGroups!.length, 3);
  assert.deepEqual(await names({ limit: 3, nextToken: first.nextToken }), ['/zeta']);
  for (const limit of [0, 51]) {
    await assert.rejects(logs.describeLogGroups({ limit }), { name: 'InvalidParameterException' });
  }
  const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: '/aws/' });
  assert.deepEqual(logGroups, [
    {
      logGroupName: GROUP,
      creationTime: 0,
      metricFilterCount: 0,
      arn: `arn:aws:logs:us-east-1:012345678910:log-group:${GROUP}:*`,
      storedBytes: 0,
    },
  ]);
});

test('W-098 W-099 W-100: filtered events, with ids of 56 digits and no searched streams', async () => {
  const filter = (filterPattern: string) =>
    logs.filterLogEvents({ logGroupName: GROUP, logStreamNamePrefix: 'lines/', filterPattern });
  const found = await filter('line -7 -8 -9');
  assert.deepEqual(messages(found.events), ['line 1', 'line 2', 'line 3', 'line 4', 'line 5', 'line 6']);
  assert.match(found.events![0]!.eventId!, /^\d{56}$/);
  assert.deepEqual(found.searchedLogStreams, []);
  assert.deepEqual(messages((await filter('"line 3"')).events), ['line 3']);
  assert.deepEqual(messages((await filter('?3 ?4')).events), ['line 3', 'line 4']);
  const both = { logGroupName: GROUP, logStreamNames: [stream], logStreamNamePrefix: 'lines/' };
  await assert.rejects(logs.filterLogEvents(both), { name: 'InvalidParameterException' });
});

test('W-099: pages of filtered events give each once', async () => {
  const seen: (string | undefined)[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.filterLogEvents({
      logGroupName: GROUP,
      logStreamNames: [stream],
      filterPattern: 'line',
      limit: 4,
      ...(nextToken !== undefined && { nextToken }),
    });
    seen.push(...messages(page.events));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  assert.deepEqual(
    seen,
    Array.from({ length: 9 }, (_, i) => `line ${i + 1}`),
  );
});

test('J-322: awslogs-group and awslogs-stream-prefix say where', async () => {
  const options = { 'awslogs-group': 'mine', 'awslogs-stream-prefix': 'p' };
  const job = await run('grouped', ['echo', 'hi'], { logConfiguration: { logDriver: 'awslogs', options } });
  const name = job.container!.logStreamName!;
  assert.match(name, /^p\/default\/[0-9a-f]{32}$/);
  const { events } = await logs.getLogEvents({ logGroupName: 'mine', logStreamName: name });
  assert.equal(messages(events).at(-1), 'hi');
  await assert.rejects(logs.getLogEvents({ logGroupName: GROUP, logStreamName: name }));
});

test('J-182 S-211: a command that does not exist says so in the job, and in its stream, which no attempt names', async () => {
  const job = await run('absent', ['no-such-program']);
  assert.equal(job.statusReason, 'Task failed to start');
  assert.match(
    job.container!.reason!,
    /^CannotStartContainerError: .*"no-such-program": executable file not found/,
  );
  assert.equal(job.container!.logStreamName, undefined);
  const logStreamName = `absent/default/${job.container!.taskArn!.split('/').at(-1)}`;
  const { events } = await logs.getLogEvents({ logGroupName: GROUP, logStreamName });
  assert.match(messages(events).at(-1)!, /no-such-program/);
});

test('J-317: a logConfiguration without a driver is that of awslogs', async () => {
  const job = await run('bare', ['echo', 'here'], { logConfiguration: {} });
  assert.equal(job.status, 'SUCCEEDED');
  const { events } = await logs.getLogEvents({
    logGroupName: GROUP,
    logStreamName: job.container!.logStreamName!,
    startFromHead: true,
  });
  assert.equal(events?.at(-1)?.message, 'here');
});

test('W-097: groups by a part of their name in any case, or by identifier; not by part and prefix at once', async () => {
  const names = async (input: object) =>
    (await logs.describeLogGroups(input)).logGroups?.map((group) => group.logGroupName);
  assert.deepEqual(await names({ logGroupNamePattern: 'BATCH/j' }), [GROUP]);
  assert.deepEqual(await names({ logGroupNamePattern: 'nothing' }), []);
  assert.deepEqual(await names({ logGroupIdentifiers: [GROUP] }), [GROUP]);
  await assert.rejects(
    logs.describeLogGroups({ logGroupNamePattern: 'a', logGroupNamePrefix: 'b' }),
    /mutually exclusive/,
  );
});

test('W-098: filtered events come oldest first; another order is refused, not forgotten', async () => {
  await assert.rejects(
    logs.filterLogEvents({ logGroupName: GROUP, startFromHead: false }),
    /startFromHead: false is not supported/,
  );
});

test('W-098: two streams at once come in the order of time', async () => {
  const interleaved = async (first: string, second: string) => {
    const jobs = [];
    for (const [name, word] of [
      [first, 'early'],
      [second, 'late'],
    ] as const)
      jobs.push(await run(name, ['echo', word]));
    const logStreamNames = jobs.map((job) => job.container!.logStreamName!);
    const { events = [] } = await logs.filterLogEvents({
      logGroupName: GROUP,
      logStreamNames,
      filterPattern: '?early ?late',
    });
    return events.map(({ message }) => message);
  };
  assert.deepEqual(await interleaved('aaa', 'zzz'), ['early', 'late']);
  assert.deepEqual(await interleaved('zzz', 'aaa'), ['early', 'late']);
});

test('J-322: a group or a first part that there cannot be fails the start, and the reason is where it would be without', async () => {
  for (const [at, options] of [{ 'awslogs-group': 'a:b' }, { 'awslogs-stream-prefix': 'a*' }].entries()) {
    const [[option, value]] = Object.entries(options) as [[string, string]];
    const job = await run(`unnamed${at}`, ['true'], { logConfiguration: { logDriver: 'awslogs', options } });
    assert.equal(job.status, 'FAILED');
    assert.equal(job.statusReason, 'Task failed to start');
    const reason = job.attempts![0]!.container!.reason!;
    assert.ok(reason.includes(`${option} '${value}' is no name for logs`), reason);
    const { events } = await logs.filterLogEvents({
      logGroupName: GROUP,
      logStreamNamePrefix: `unnamed${at}/default/`,
    });
    assert.ok(messages(events).some((message) => message!.includes(`${option} '${value}'`)));
  }
  const { logGroups } = await logs.describeLogGroups();
  assert.ok(!logGroups!.some(({ logGroupName }) => logGroupName === 'a:b'));
});

/** Two errors with their stacks, as a program of Java prints them. */
const STACKS = [
  '2024-02-29 10:00:00 ERROR failed',
  'java.lang.Error: no',
  '\tat A.b(A.java:1)',
  '',
  'Caused by: ü',
  '2024-02-29 10:00:01 INFO on',
  '2024-02-29 10:00:02 ERROR again',
  '\tat C.d(C.java:2)',
];

for (const [option, value] of [
  ['awslogs-multiline-pattern', '^\\d{4}-\\d\\d'],
  ['awslogs-datetime-format', '%Y-%m-%d %H:%M:%S'],
] as const) {
  test(`J-039: with ${option} a stack trace is one event, at the time of its first line`, async () => {
    const command = ['sh', '-c', `cat <<'EOF'\n${STACKS.join('\n')}\nEOF`];
    const logConfiguration = { logDriver: 'awslogs', options: { [option]: value } };
    const job = await run(option, command, { logConfiguration });
    assert.equal(job.status, 'SUCCEEDED');
    const logStreamName = job.container!.logStreamName!;
    const expected = [STACKS.slice(0, 5).join('\n'), STACKS[5], STACKS.slice(6).join('\n')];
    const { events } = await logs.getLogEvents({ logGroupName: GROUP, logStreamName });
    assert.deepEqual(messages(events), expected);
    const found = await logs.filterLogEvents({ logGroupName: GROUP, logStreamNames: [logStreamName] });
    assert.deepEqual(messages(found.events), expected);
  });
}

test('J-039: options that join no lines fail the start, and the reason names them', async () => {
  const pattern = 'awslogs-multiline-pattern';
  const format = 'awslogs-datetime-format';
  for (const [at, options, reason] of [
    [0, { [pattern]: '(' }, `${pattern} '(' is no pattern: error parsing regexp: missing closing )`],
    [1, { [pattern]: 'a', [format]: '%Y' }, `you cannot configure log opt '${format}' and '${pattern}'`],
  ] as const) {
    const job = await run(`unjoined${at}`, ['true'], { logConfiguration: { logDriver: 'awslogs', options } });
    assert.equal(job.statusReason, 'Task failed to start');
    assert.ok(job.container!.reason!.includes(reason), job.container!.reason);
  }
});
