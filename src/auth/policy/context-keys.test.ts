import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRefusal } from '../../domain/refusal.ts';
import { contextKeysOf } from './context-keys.ts';
import { readDocument } from './document.ts';
import { statementPlaces } from './statement-places.ts';

const read = (version: string, statements: readonly object[]) => {
  const all = statements.map((one) => ({ Effect: 'Allow', Action: 'a:b', Resource: '*', ...one }));
  const document = readDocument(JSON.stringify({ Version: version, Statement: all }), 'inline');
  assert.ok(!isRefusal(document));
  return document;
};

test('A-025 A-121: keys of conditions and of variables, each once and as it is first written', () => {
  const statements = [
    { Condition: { StringEquals: { 'aws:Username': 'x', 'AWS:username': `$\{aws:PrincipalTag/team}` } } },
    { Resource: [`arn:aws:a:::$\{aws:userid, 'none'}/$\{*}`, 'arn:aws:a:::b'] },
  ];
  assert.deepEqual(contextKeysOf([read('2012-10-17', statements)]), [
    'aws:Username',
    'aws:PrincipalTag/team',
    'aws:userid',
  ]);
  assert.deepEqual(contextKeysOf([read('2008-10-17', statements)]), ['aws:Username']);
});

test('where statements stand, one by itself and those of a list, whatever is in texts', () => {
  const list =
    '{"Version": "2012-10-17",\n "Statement": [\n  {"Sid": "}]{\\"", "Condition": {"a": {"b": ["c"]}}},\n  {"Effect": "x"}]}';
  assert.deepEqual(statementPlaces(list), [
    { start: { line: 3, column: 3 }, end: { line: 3, column: 52 } },
    { start: { line: 4, column: 3 }, end: { line: 4, column: 17 } },
  ]);
  assert.deepEqual(statementPlaces('{"Statement": {"Action": ["a"], "x": {}}, "Version": "v"}'), [
    { start: { line: 1, column: 15 }, end: { line: 1, column: 40 } },
  ]);
  assert.deepEqual(statementPlaces('{"Id": "Statement", "Statement": [{"a": [{}, {}]}, {}]}').length, 2);
});
