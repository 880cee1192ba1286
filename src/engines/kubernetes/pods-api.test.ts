import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call, KubeClient } from './client/client.ts';
import { PodsApi } from './pods-api.ts';

test('K-062: events are asked for behind all other calls, of one pod', async () => {
  const calls: [string, string, Call | undefined][] = [];
  const call = async (...asked: [string, string, Call?]) => {
    calls.push([asked[0], asked[1], asked[2]]);
    return { items: [{ type: 'Warning', reason: 'FailedMount', message: 'no claim' }] };
  };
  const api = new PodsApi({ call } as unknown as KubeClient, 'jobs', 'd');
  assert.deepEqual(await api.events('u'), [{ type: 'Warning', reason: 'FailedMount', message: 'no claim' }]);
  const query = { fieldSelector: 'involvedObject.uid=u', limit: 100 };
  assert.deepEqual(calls, [['GET', '/api/v1/namespaces/jobs/events', { query, isLast: true }]]);
});
