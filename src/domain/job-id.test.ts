import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childId, parseJobId } from './job-id.ts';

const uuid = '0123abcd-4567-4abc-89ab-0123456789ab';

test('J-001 J-002: an id is a UUID, a child’s has its index after it', () => {
  assert.deepEqual(parseJobId(uuid), { uuid });
  for (const index of [0, 7, 9999]) assert.deepEqual(parseJobId(childId(uuid, index)), { uuid, index });
});

for (const text of ['', 'x', uuid.toUpperCase(), uuid.slice(1), `${uuid}0`, ` ${uuid}`, `${uuid}\n`]) {
  test(`J-001: ${JSON.stringify(text)} is no id`, () => assert.equal(parseJobId(text), undefined));
}

for (const index of ['', '-1', '00', '01', '1.0', '100000', '1:2', 'x']) {
  test(`J-002: '${index}' is no index`, () => assert.equal(parseJobId(`${uuid}:${index}`), undefined));
}
