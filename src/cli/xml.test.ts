import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, members, readXml, textAt } from './xml.ts';

test('an answer of IAM is read as elements, lists and texts, whatever stands in them', () => {
  const read = readXml(
    '<?xml version="1.0"?><ListUsersResponse xmlns="https://x/"><ListUsersResult><Users><member><UserName>a&amp;b&#60;</UserName>' +
      '</member><member><UserName/></member></Users><IsTruncated>false</IsTruncated></ListUsersResult></ListUsersResponse>',
  );
  const result = at(read, 'ListUsersResponse', 'ListUsersResult');
  assert.deepEqual(
    members(result, 'Users').map((one) => textAt(one, 'UserName')),
    ['a&b<', ''],
  );
  assert.equal(textAt(result, 'IsTruncated'), 'false');
  assert.equal(textAt(result, 'Marker'), undefined);
  assert.deepEqual(members(result, 'Groups'), []);
});
