import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Running } from '../../src/main/start-server.ts';
import { serverFor } from '../support/server.ts';
import { ask } from '../support/signed.ts';

const stops: (() => Promise<void>)[] = [];
let server: Running;
before(async () => {
  server = await serverFor({ after: (fn) => void stops.push(fn as () => Promise<void>) });
});
after(async () => {
  for (const stop of stops) await stop();
});

const CONTAINER = { image: 'busybox', vcpus: 1, memory: 128 };
const BASE = { jobDefinitionName: 'x', type: 'container', containerProperties: CONTAINER };
const post = (operation: string, body: unknown, to: Running = server) =>
  ask(to.url, to.rootKey, { path: `/v1/${operation}`, body: JSON.stringify(body) });

const WRONG: readonly (readonly [string, string, unknown, RegExp])[] = [
  ['S-077 S-080', 'deregisterjobdefinition', {}, /at 'jobDefinition' failed to satisfy constraint/],
  ['S-080', 'deregisterjobdefinition', { jobDefinition: 'nobody' }, /nobody does not exist/],
  ['S-103', 'describejobdefinitions', { maxResults: 101 }, /maxResults must be between 1 and 100/],
  ['S-143', 'registerjobdefinition', { ...BASE, type: undefined }, /at 'type' failed to satisfy/],
  ['S-143', 'registerjobdefinition', { ...BASE, type: 'pod' }, /'pod' at 'type' failed to satisfy/],
  ['S-147', 'registerjobdefinition', { ...BASE, jobDefinitionName: 'a b' }, /should match a valid pattern/],
  [
    'S-340',
    'registerjobdefinition',
    { ...BASE, containerProperties: { ...CONTAINER, ulimits: [{ name: 'core', softLimit: 1 }] } },
    /at '.*hardLimit' failed to satisfy/,
  ],
];

for (const [at, [rules, operation, body, text]] of WRONG.entries()) {
  test(`${rules}: ${operation} is refused on the wire, case ${at + 1}`, async () => {
    const answer = await post(operation, body);
    assert.equal(answer.status, 400, answer.text);
    assert.equal(answer.headers['x-amzn-errortype'], 'ClientException');
    assert.match(answer.json.message, text);
  });
}

test('S-079: a deregistration answers an empty JSON object', async () => {
  await post('registerjobdefinition', BASE);
  const answer = await post('deregisterjobdefinition', { jobDefinition: 'x' });
  assert.equal(answer.status, 200);
  assert.equal(answer.text, '{}');
});

test('W-075: a token is good after a restart', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'longshore-token-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 10 }));
  const closers: (() => Promise<void>)[] = [];
  const start = () => serverFor({ after: (fn) => void closers.push(fn as () => Promise<void>) }, { dataDir });
  const first = await start();
  for (let i = 0; i < 2; i++) await post('registerjobdefinition', BASE, first);
  const page = { jobDefinitionName: 'x', maxResults: 1 };
  const { nextToken } = (await post('describejobdefinitions', page, first)).json;
  await closers[0]!();
  const second = await start();
  const answer = await post('describejobdefinitions', { ...page, nextToken }, second);
  await closers[1]!();
  assert.deepEqual(
    answer.json.jobDefinitions.map((d: { revision: number }) => d.revision),
    [1],
  );
});
