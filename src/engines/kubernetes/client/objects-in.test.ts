import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectsIn } from './objects-in.ts';

const managers = [
  { manager: 'kubelet', fieldsV1: { 'f:status': { 'k:{"type":"Ready"}': { '.': {}, 'f:spec': {} } } } },
];
const podOf = (metadata: object, spec: object = { nodeName: 'a' }) => ({
  metadata: { name: 'p', ...metadata },
  spec,
  status: { phase: 'Running' },
});

test('what an API server writes is read without its managed fields, of one object and of each of a list', () => {
  const [managed, plain] = [podOf({ managedFields: managers }), podOf({})];
  assert.deepEqual(objectsIn(JSON.stringify(managed)), plain);
  assert.deepEqual(objectsIn(JSON.stringify({ type: 'ADDED', object: managed })), {
    type: 'ADDED',
    object: plain,
  });
  assert.deepEqual(objectsIn(JSON.stringify({ items: [managed, plain, managed] })), {
    items: [plain, plain, plain],
  });
});

test('text that looks like them within a string is left as it is', () => {
  const looks = { begin: ',"managedFields":[', end: ']},"spec":{', slash: '\\",\\"managedFields\\":[' };
  const found = objectsIn(JSON.stringify(podOf({ labels: looks, managedFields: managers })));
  assert.deepEqual(found, podOf({ labels: looks }));
});

test('where a proxy has sorted the members all is read', () => {
  const claim = { metadata: { managedFields: managers }, spec: { a: 1 } };
  const sorted = podOf({ managedFields: managers, uid: 'u' }, { volumes: [claim] });
  assert.deepEqual(objectsIn(JSON.stringify(sorted)), sorted);
});

test('what is no JSON is an error', () => {
  assert.throws(() => objectsIn('<html>'), SyntaxError);
  assert.throws(() => objectsIn('{"metadata":{"name":"p","managedFields":[]},"spec":{'), SyntaxError);
});
