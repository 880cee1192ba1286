import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentOf, done, exported, trusts } from '../../../test/support/applied.ts';
import { openWorld } from '../../../test/support/world.ts';

const long = (length: number) => documentOf(`a:${'b'.repeat(length)}`);
const role = { name: 'r', trust: trusts({ AWS: '*' }) };

test('A-033 A-037 A-230: what the service would refuse for its form is told before anything is done, also by `--dry-run`', async () => {
  for (const [file, told] of [
    [{ users: [{ name: 'a b' }] }, /users\[0\]: 1 validation error detected: Value 'a b' at 'userName'/],
    [{ users: [{ name: 'u'.repeat(65) }] }, /users\[0\]: .* less than or equal to 64/],
    [{ groups: [{ name: 'g', path: 'x' }] }, /groups\[0\]: .* at 'path'/],
    [{ roles: [{ ...role, maxSession: 60 }] }, /roles\[0\]: .*at 'maxSessionDuration'/],
    [{ users: [{ name: 'u', tags: { k: 'v', K: 'w' } }] }, /users\[0\]\.tags: Duplicate tag keys/],
    [{ users: [{ name: 'u', tags: { 'aws:k': 'v' } }] }, /users\[0\]\.tags: aws: prefixed/],
    [
      { users: [{ name: 'u', inline: { 'a b': documentOf('a:b') } }] },
      /users\[0\]\.inline.a b: .*'policyName'/,
    ],
    [
      { users: [{ name: 'u', inline: { i: long(1500), j: long(1500) } }] },
      /users\[0\]\.inline: 3\d+ characters/,
    ],
    [{ policies: [{ name: 'p', document: long(6144) }] }, /policies\[0\]\.document: 62\d\d characters/],
    [
      { policies: [{ name: 'p', description: 'd'.repeat(1001), document: long(1) }] },
      /policies\[0\]: .*'description'/,
    ],
    [
      { providers: [{ url: 'https://x.org', clientIds: ['c'.repeat(256)] }] },
      /providers\[0\]: .*'clientIDList/,
    ],
    [{ users: [{ name: 'u' }], limits: [{ name: 'u', burst: 4 }] }, /limits\[0\]: burst goes with rate/],
    [{ users: [{ name: 'u' }], limits: [{ name: 'u', jobs: 1e10 }] }, /limits\[0\]: jobs must be between/],
    [
      { users: [{ name: 'u' }], limits: [{ name: 'v', jobs: 1 }] },
      /limits\[0\]\.name: there is nobody of the name v/,
    ],
  ] as const) {
    const world = openWorld();
    const one = { groups: [{ name: 'first' }], ...file };
    await assert.rejects(done(world, one, { dryRun: true }), { name: 'UsageError', message: told });
    await assert.rejects(done(world, one), { name: 'UsageError', message: told });
    assert.deepEqual((await exported(world)).groups, []);
  }
});
