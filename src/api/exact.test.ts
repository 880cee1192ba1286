import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkerOf } from './check.ts';
import { EXTENSIONS } from './extensions.ts';

/* What is absent takes something away: nothing that was said is passed over. */

const check = checkerOf(EXTENSIONS, 64);
const told = (value: object): string | undefined => {
  const checked = check('SetLimitsRequest', value);
  return checked.ok ? undefined : checked.violation.message;
};
const refusal = (value: string, member: string, constraint: string): string =>
  `1 validation error detected: Value ${value}at '${member}' failed to satisfy constraint: ${constraint}`;

test('A-222 A-226: SetLimits refuses a member that it does not know, and null, by its name', () => {
  for (const x of [1, null, 'x', {}])
    assert.equal(
      told({ name: 'ann', x }),
      refusal('', 'x', 'Member must be one of [name, rate, burst, jobs]'),
    );
  for (const member of ['name', 'rate', 'burst', 'jobs'])
    assert.equal(
      told({ name: 'ann', jobs: 5, [member]: null }),
      refusal('null ', member, 'Member must not be null'),
    );
  assert.equal(told({ name: 'ann' }), undefined);
  assert.equal(told({ name: 'ann', rate: '5/s', burst: 2, jobs: 5 }), undefined);
});

test('other operations pass over what they do not know, as the service does', () => {
  assert.deepEqual(check('ExplainJobRequest', { jobId: 'a', x: 1 }), { ok: true, value: { jobId: 'a' } });
});
