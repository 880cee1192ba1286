import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputOf } from './query-form.ts';
import { answerXml } from './query-xml.ts';

const of = (text: string) => inputOf(new Map(new URLSearchParams(text)));

test('A-022: lists come numbered, structures by their members, and an empty list as nothing', () => {
  assert.deepEqual(
    of('UserName=a&Tags.member.2.Key=y&Tags.member.2.Value=2&Tags.member.1.Key=x&Tags.member.1.Value='),
    {
      UserName: 'a',
      Tags: [
        { Key: 'x', Value: '' },
        { Key: 'y', Value: '2' },
      ],
    },
  );
  assert.deepEqual(of('TagKeys.member.1=a&TagKeys.member.10=c&TagKeys.member.2=b'), {
    TagKeys: ['a', 'b', 'c'],
  });
  assert.deepEqual(of('TagKeys='), { TagKeys: '' });
});

test('odd names are nobody’s', () => {
  assert.deepEqual(of('Tags.member.x.Key=1&Tags.member.0.Key=1'), { Tags: [] });
  assert.deepEqual(of(`${Array(50).fill('a').join('.')}=1`), {});
  const odd = of('__proto__.x=1');
  assert.equal(({} as { x?: string }).x, undefined);
  assert.deepEqual(Object.keys(odd), ['__proto__']);
});

test('A-020 A-021: answers have the namespace, a result where there is one, and the id of the request', () => {
  assert.equal(
    answerXml(
      'iam',
      'GetUser',
      { User: { UserName: 'a&b', Path: undefined }, Names: ['x', 'y'], IsTruncated: false },
      'id',
    ),
    '<GetUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetUserResult><User><UserName>a&#38;b</UserName></User>' +
      '<Names><member>x</member><member>y</member></Names><IsTruncated>false</IsTruncated></GetUserResult>' +
      '<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></GetUserResponse>',
  );
  assert.equal(
    answerXml('iam', 'DeleteUser', undefined, 'id'),
    '<DeleteUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></DeleteUserResponse>',
  );
});

test('what XML cannot hold is shown as unreadable', () => {
  const text = answerXml('iam', 'GetRole', { Description: 'a\u0000\u001b[0m\ud800<b>\n' }, 'id');
  assert.match(text, /<Description>a\ufffd\ufffd\[0m\ufffd&#60;b&#62;\n<\/Description>/);
});
