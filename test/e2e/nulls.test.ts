import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EXTENSIONS } from '../../src/api/extensions.ts';
import { BATCH } from '../../src/api/shapes.gen.ts';
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

const refusal = async (path: string, body: string) => {
  const answer = await ask(server.url, server.rootKey, { path, body });
  return {
    status: answer.status,
    type: answer.headers['x-amzn-errortype'],
    message: answer.json.message,
  };
};
const serialization = (message: string) => ({ status: 400, type: 'SerializationException', message });

for (const [path, body, message] of [
  ['describejobdefinitions', '{"jobDefinitions":[null]}', 'NULL_VALUE can not be converted to a String'],
  ['describejobs', '{"jobs":["a",null]}', 'NULL_VALUE can not be converted to a String'],
  ['describejobqueues', '{"jobQueues":[null]}', 'NULL_VALUE can not be converted to a String'],
  [
    'describecomputeenvironments',
    '{"computeEnvironments":[null]}',
    'NULL_VALUE can not be converted to a String',
  ],
  ['submitjob', '{"jobName":"j","tags":{"a":null}}', 'NULL_VALUE can not be converted to a String'],
  ['submitjob', '{"jobName":"j","dependsOn":[null]}', 'Expected null'],
] as const) {
  test(`null in a list or a map is neither dropped nor “all”: ${path} of ${body} is refused`, async () => {
    assert.deepEqual(await refusal(`/v1/${path}`, body), serialization(message));
  });
}

test('no list of strings takes a null, in any operation', async () => {
  let asked = 0;
  for (const model of [BATCH, EXTENSIONS])
    for (const { method, path, input } of Object.values(model.operations))
      for (const [member, type] of Object.entries(model.shapes[input] ?? {})) {
        if (method !== 'POST' || !/^\[s!?$/.test(type)) continue;
        const body = JSON.stringify({ [member]: [null] });
        const told = await refusal(path, body);
        if (told.type === 'UnknownOperationException') continue;
        assert.deepEqual(told, serialization('NULL_VALUE can not be converted to a String'), path);
        asked++;
      }
  assert.ok(asked >= 6, `${asked} lists were found`);
});
