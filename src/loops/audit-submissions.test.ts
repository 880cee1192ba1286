import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld, type World } from '../../test/support/world.ts';
import { AuditTrail } from '../service/audit-trail.ts';
import { dueJobs } from '../store/retention-rows.ts';
import { AuditExport } from './audit-export.ts';

/* Records of submissions are made from the jobs. */

// biome-ignore lint/suspicious/noExplicitAny: records are read member by member
type Told = any;

const begin = async (world: World) => {
  const lines: string[] = [];
  const files = {
    append: async (_day: string, text: string) => void lines.push(...text.trimEnd().split('\n')),
    pack: async () => {},
    remove: async () => {},
  };
  const { service } = world;
  const audit = new AuditExport(service, new AuditTrail('0', service.ids), files, world.timers, 1e9);
  await audit.start();
  return { audit, told: () => lines.map((line): Told => JSON.parse(line)) };
};

test('A-187 A-190: a job tells who submitted it and what was asked, an array once, and no secret', async () => {
  const world = await makeWorld();
  const { audit, told } = await begin(world);
  const first = await world.submit({ jobName: 'first', tags: { team: 'red' } });
  const array = await world.submit({
    jobName: 'array',
    arrayProperties: { size: 1000 },
    dependsOn: [{ jobId: first }],
    containerOverrides: {
      command: ['hidden-1'],
      environment: [{ name: 'A', value: 'hidden-2' }],
      memory: 64,
    },
    parameters: { p: 'hidden-3' },
  });
  await world.submit({ jobName: 'last' });
  await audit.look(false);
  const all = told();
  assert.deepEqual(
    all.map(({ requestParameters }) => requestParameters.jobName),
    ['first', 'array', 'last'],
  );
  assert.doesNotMatch(JSON.stringify(all), /hidden-/);
  assert.deepEqual(all[0].requestParameters, {
    jobName: 'first',
    jobQueue: 'q',
    jobDefinition: 'd',
    tags: { team: 'red' },
  });
  const { containerOverrides, ...more } = all[1].requestParameters;
  assert.deepEqual(more, {
    jobName: 'array',
    jobQueue: 'q',
    jobDefinition: 'd',
    parameters: { p: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    arrayProperties: { size: 1000 },
    dependsOn: [{ jobId: first }],
  });
  assert.equal(containerOverrides.memory, 64);
  assert.equal(containerOverrides.environment[0].name, 'A');
  assert.deepEqual(all[1].responseElements, {
    jobName: 'array',
    jobId: array,
    jobArn: `arn:aws:batch:us-east-1:012345678910:job/${array}`,
  });
  assert.equal(all[1].requestID, array);
  assert.equal(all[1].userIdentity.type, 'Root');
});

test('A-188: after a restart submissions are told from where they were, and none of an earlier version', async () => {
  const world = await makeWorld();
  await world.submit({ jobName: 'before' });
  const first = await begin(world);
  await world.submit({ jobName: 'a' });
  await first.audit.look(false);
  await world.submit({ jobName: 'b' });
  const second = await begin(world);
  await second.audit.look(false);
  const names = (all: Told[]) => all.map(({ requestParameters }) => requestParameters.jobName);
  assert.deepEqual([names(first.told()), names(second.told())], [['a'], ['b']]);
});

test('A-187: a burst is told in parts, and all of it in the end', async () => {
  const world = await makeWorld();
  const { audit, told } = await begin(world);
  for (let n = 0; n < 1300; n++) await world.submit({ jobName: `j${n}` });
  await audit.look(false);
  const part = told().length;
  assert.ok(part >= 500 && part < 1000, String(part));
  for (let looks = 0; looks < 5; looks++) await audit.look(false);
  const names = told().map(({ requestParameters }) => requestParameters.jobName);
  assert.deepEqual(
    names,
    Array.from({ length: 1300 }, (_, n) => `j${n}`),
  );
});

test('A-188: no job goes before its record is written', async () => {
  const world = await makeWorld();
  const { audit } = await begin(world);
  await world.submit();
  await world.settle();
  const due = () => world.service.store.read((tx) => dueJobs(tx, Number.MAX_SAFE_INTEGER, 10));
  assert.deepEqual(await due(), []);
  await audit.look(false);
  assert.equal((await due()).length, 1);
});

test('A-190: whoever runs a job again otherwise changes nothing of what is told of its submission', async () => {
  const world = await makeWorld({ command: ['exit', '1'] });
  const { audit, told } = await begin(world);
  const jobId = await world.submit({ containerOverrides: { memory: 64 } });
  await world.settle();
  await world.ask('retryJobs', { jobId, changes: { memory: 512 } });
  await audit.look(false);
  assert.deepEqual(told()[0].requestParameters.containerOverrides, { memory: 64 });
});

test('A-189: the record has the queue and the definition as they were asked for', async () => {
  const world = await makeWorld();
  const { audit, told } = await begin(world);
  const arn = 'arn:aws:batch:us-east-1:012345678910';
  const asked = [
    { jobQueue: 'q', jobDefinition: 'd' },
    { jobQueue: `${arn}:job-queue/q`, jobDefinition: 'd:1' },
    { jobQueue: 'q', jobDefinition: `${arn}:job-definition/d:1` },
  ];
  for (const one of [...asked, ...asked]) await world.submit({ jobName: 'j', ...one });
  await audit.look(false);
  assert.deepEqual(
    told().map(({ requestParameters }) => requestParameters),
    [...asked, ...asked].map((one) => ({ jobName: 'j', ...one })),
  );
});

test('A-189: tags that were changed before the record was made are told as they were submitted', async () => {
  const world = await makeWorld();
  const { audit, told } = await begin(world);
  const tags = { team: 'red', a: '1' };
  const ids = [await world.submit({ tags }), await world.submit(), await world.submit({ tags })];
  const arns = ids.map((id) => `arn:aws:batch:us-east-1:012345678910:job/${id}`);
  await world.ask('tagResource', { resourceArn: arns[0], tags: { team: 'blue' } });
  await world.ask('untagResource', { resourceArn: arns[0], tagKeys: ['a'] });
  await world.ask('tagResource', { resourceArn: arns[1], tags: { team: 'blue' } });
  await audit.look(false);
  const submitted = () => told().map(({ requestParameters }) => requestParameters.tags);
  assert.deepEqual(submitted(), [tags, undefined, tags]);
  // what is told keeps nothing
  await world.ask('tagResource', { resourceArn: arns[2], tags: { team: 'blue' } });
  await world.submit({ tags: { b: '2' } });
  await audit.look(false);
  assert.deepEqual(submitted(), [tags, undefined, tags, { b: '2' }]);
  const left = await world.service.store.read((tx) => tx.all('SELECT job FROM submitted_tags'));
  assert.deepEqual(left, []);
});
