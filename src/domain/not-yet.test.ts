import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOT_YET, refuseNotYet } from './not-yet.ts';

for (const { shape, member, why } of NOT_YET) {
  test(`${member} of a ${shape} is refused by name, its empty value is not`, () => {
    const refusal = refuseNotYet(shape, { [member]: 'given' });
    assert.equal(refusal?.status, 400);
    assert.equal(refusal?.message, `${member} is not supported by Longshore yet: ${why}.`);
    assert.match(why, /^[a-z].* come later$/i);
    for (const empty of ['', [], {}, undefined]) {
      assert.equal(refuseNotYet(shape, { [member]: empty }), undefined);
    }
  });
}
