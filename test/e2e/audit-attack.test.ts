import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readAudit } from '../../src/cli/audit-records.ts';
import { readRootKey } from '../../src/main/data-folder.ts';
import { startServe, tempFolder } from '../support/cli.ts';
import { until } from '../support/server.ts';
import { type Answered, ask } from '../support/signed.ts';

/* The audit of a server that dies, whose files cannot be written, and that is told odd things. */

interface Place {
  readonly url: string;
  readonly dataDir: string;
}

const asBatch = (
  { url, dataDir }: Place,
  operation: string,
  input: object,
  headers = {},
): Promise<Answered> =>
  ask(url, readRootKey(dataDir), { path: `/v1/${operation}`, headers, body: JSON.stringify(input) });

/** A queue `q` over an environment that runs nothing, and a definition `d`. */
const furnish = async (place: Place): Promise<void> => {
  await asBatch(place, 'createcomputeenvironment', {
    computeEnvironmentName: 'e',
    type: 'UNMANAGED',
    serviceRole: 'arn:aws:iam::000000000000:role/batch',
    unmanagedvCpus: 1,
    state: 'DISABLED',
  });
  await asBatch(place, 'createjobqueue', {
    jobQueueName: 'q',
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
  });
  await asBatch(place, 'registerjobdefinition', {
    jobDefinitionName: 'd',
    type: 'container',
    containerProperties: { image: 'busybox', vcpus: 1, memory: 64 },
  });
};

const submit = (place: Place, jobName = 'j', headers = {}): Promise<Answered> =>
  asBatch(place, 'submitjob', { jobName, jobQueue: 'q', jobDefinition: 'd' }, headers);

/** How often each request is told of, and how many lines were torn. */
const told = async (dataDir: string): Promise<Map<string, number>> => {
  const found = new Map<string, number>();
  for await (const { requestID = '' } of readAudit(dataDir, 0))
    found.set(requestID, (found.get(requestID) ?? 0) + 1);
  return found;
};

test('A-188: whoever was answered has its one record, however often the server is killed between', {
  timeout: 120_000,
}, async (t) => {
  const dataDir = tempFolder(t);
  const answered: string[] = [];
  for (let life = 0; life < 4; life++) {
    const serving = await startServe(t, [], { dataDir });
    const place = { url: serving.url, dataDir };
    if (life === 0) await furnish(place);
    let alive = true;
    const asking = Array.from({ length: 8 }, async (_, n) => {
      while (alive) {
        const what =
          n % 2 === 0
            ? submit(place)
            : asBatch(place, 'registerjobdefinition', {
                jobDefinitionName: `d${n}`,
                type: 'container',
                containerProperties: { image: 'busybox', vcpus: 1, memory: 64 },
              });
        const answer = await what.catch(() => undefined);
        if (answer?.status === 200) answered.push(String(answer.headers['x-amzn-requestid']));
      }
    });
    await new Promise((done) => setTimeout(done, 1200 + life * 333));
    await serving.end('SIGKILL');
    alive = false;
    await Promise.all(asking);
  }
  assert.ok(answered.length > 100, String(answered.length));
  await startServe(t, [], { dataDir });
  const missing = await until(async () => {
    const all = await told(dataDir);
    return answered.every((id) => all.has(id)) ? all : undefined;
  }, 60);
  for (const id of answered) assert.equal(missing.get(id), 1, id);
});

test('A-192: while the files cannot be written jobs go on; with `--audit strict` nothing is changed, and reads go on', {
  timeout: 60_000,
}, async (t) => {
  const both: [string[], number][] = [
    [[], 200],
    [['--audit', 'strict'], 500],
  ];
  for (const [flags, status] of both) {
    const serving = await startServe(t, flags);
    const place = { url: serving.url, dataDir: serving.dataDir };
    await furnish(place);
    const folder = join(place.dataDir, 'audit');
    await until(async () => (readFolder(folder).length > 0 ? true : undefined));
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'in the way');
    // the first changes are made before it is known
    const last = await until(async () => {
      const answer = await submit(place);
      return answer.status === status ? answer : undefined;
    });
    assert.equal(last.status, status);
    assert.equal((await asBatch(place, 'describejobqueues', {})).status, 200);
    rmSync(folder);
    mkdirSync(folder);
    const again = await until(async () => {
      const answer = await submit(place, 'again');
      return answer.status === 200 ? answer : undefined;
    });
    const id = String(again.headers['x-amzn-requestid']);
    await until(async () => ((await told(place.dataDir)).has(id) ? true : undefined));
  }
});

const readFolder = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

test('A-190: a client that calls itself something odd spoils no line and is cut short', async (t: TestContext) => {
  const serving = await startServe(t);
  const place = { url: serving.url, dataDir: serving.dataDir };
  await furnish(place);
  const odd = `x"}{\\n\\u0000 ${'ä'.repeat(3000)}`;
  const one = await submit(place, 'j', { 'user-agent': Buffer.from(odd).toString('latin1') });
  const two = await asBatch(
    place,
    'canceljob',
    { jobId: one.json.jobId, reason: odd },
    { 'user-agent': 'y'.repeat(9000) },
  );
  assert.deepEqual([one.status, two.status], [200, 400]);
  const three = await asBatch(place, 'canceljob', {
    jobId: one.json.jobId,
    reason: `"\n\u2028${'😀'.repeat(400)}`,
  });
  assert.equal(three.status, 200);
  await until(async () => {
    const all = await told(place.dataDir);
    return [one, three].every(({ headers }) => all.has(String(headers['x-amzn-requestid'])))
      ? true
      : undefined;
  });
  for (const name of readdirSync(join(place.dataDir, 'audit')))
    for (const line of readFileSync(join(place.dataDir, 'audit', name), 'utf8')
      .trimEnd()
      .split('\n')) {
      const { userAgent } = JSON.parse(line) as { userAgent: string | null };
      assert.ok((userAgent ?? '').length <= 1024);
    }
});
