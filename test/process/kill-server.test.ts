import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRootKey } from '../../src/main/data-folder.ts';
import { startServe, tempFolder } from '../support/cli.ts';
import { ask } from '../support/signed.ts';

/** Jobs that fit nowhere wait, so that what is there afterwards is what was submitted. */
const DEFINITION = {
  jobDefinitionName: 'd',
  type: 'container',
  containerProperties: { image: 'i', command: ['true'], vcpus: 1, memory: 100_000_000 },
};
const SIZE = 20;

test('a server that is killed while it commits: what was answered is there, every array whole, and it starts again', async (t) => {
  const dataDir = `${tempFolder(t)}/data`;
  const answered = new Set<string>();
  for (let round = 0; round < 2; round++) {
    const server = await startServe(t, [], { dataDir });
    const key = readRootKey(dataDir);
    const post = (operation: string, body: unknown) =>
      ask(server.url, key, { path: `/v1/${operation}`, body: JSON.stringify(body) });
    if (round === 0) {
      const computeResources = {
        type: 'EC2',
        maxvCpus: 4,
        instanceTypes: ['optimal'],
        subnets: ['s'],
        securityGroupIds: ['g'],
        instanceRole: 'r',
      };
      await post('createcomputeenvironment', {
        computeEnvironmentName: 'e',
        type: 'MANAGED',
        computeResources,
      });
      const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'e' }];
      await post('createjobqueue', { jobQueueName: 'q', priority: 1, computeEnvironmentOrder });
      assert.equal((await post('registerjobdefinition', DEFINITION)).status, 200);
    }
    let inRound = 0;
    const submitted = Array.from({ length: 120 }, async () => {
      const arrayProperties = { size: SIZE };
      const answer = await post('submitjob', {
        jobName: 'j',
        jobQueue: 'q',
        jobDefinition: 'd',
        arrayProperties,
      }).catch(() => undefined);
      if (answer?.status !== 200) return;
      answered.add(answer.json.jobId);
      // in the middle of the answers, with the next groups under way
      if (++inRound === 30) void server.end('SIGKILL');
    });
    await Promise.all(submitted);
    await server.end('SIGKILL');

    const again = await startServe(t, [], { dataDir });
    const look = async (operation: string, body: unknown) => {
      const answer = await ask(again.url, key, { path: `/v1/${operation}`, body: JSON.stringify(body) });
      assert.equal(answer.status, 200, answer.text);
      return answer.json;
    };
    const found = new Set<string>();
    for (const jobStatus of ['SUBMITTED', 'PENDING']) {
      const { jobSummaryList } = await look('listjobs', { jobQueue: 'q', jobStatus, maxResults: 1000 });
      for (const { jobId } of jobSummaryList) found.add(jobId);
    }
    for (const jobId of answered) assert.ok(found.has(jobId), `${jobId} was answered`);
    const ends = [...found].flatMap((jobId) => [`${jobId}:0`, `${jobId}:${SIZE - 1}`]);
    for (let i = 0; i < ends.length; i += 100) {
      const asked = ends.slice(i, i + 100);
      const { jobs } = await look('describejobs', { jobs: asked });
      assert.equal(jobs.length, asked.length, 'every array has its first child and its last');
    }
    await again.end('SIGKILL');
  }
  assert.ok(answered.size >= 30);
});
