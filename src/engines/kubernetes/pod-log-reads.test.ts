import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { later } from '../../../test/support/cli.ts';
import { startFakeCluster } from '../../../test/support/kubernetes/cluster.ts';
import { passing } from '../../../test/support/kubernetes/passing-time.ts';
import { podWith } from '../../../test/support/pods.ts';
import { KubeClient } from './client/client.ts';
import { kubeconfigAccess } from './client/kubeconfig-access.ts';
import { podLogsOf } from './pod-log-reads.ts';
import { PodsApi } from './pods-api.ts';

const open = async (t: TestContext) => {
  const { api, close } = await startFakeCluster();
  later(t, close);
  const { clock, timers } = passing();
  const files = [{ path: '/config', text: api.kubeconfig() }];
  // none of its limits is ever over
  const client = new KubeClient(kubeconfigAccess(files, { environment: {} }, clock), {
    ...timers,
    after: () => () => {},
  });
  later(t, async () => client.close());
  const pod = api.pods.create({ metadata: { name: 'p' }, spec: { containers: [{ name: 'default' }] } });
  const calling = new AbortController();
  const read = async (follow: boolean): Promise<string> => {
    let text = '';
    const options = { sinceTime: undefined, follow, signal: calling.signal };
    for await (const chunk of podLogsOf(new PodsApi(client, 'jobs', 'd')).read(podWith(undefined), options))
      text += chunk;
    return text;
  };
  return { api, calling, read, uid: pod.metadata.uid };
};

const moment = () => new Promise((done) => setTimeout(done, 20));

for (const follow of [false, true])
  test(`a ${follow ? 'follow' : 'read'} that is not answered is called off at once`, {
    timeout: 20_000,
  }, async (t) => {
    const { api, calling, read } = await open(t);
    api.vice = () => ({ kind: 'hang' });
    const reading = read(follow);
    while (api.asked.length === 0) await moment();
    calling.abort();
    await assert.rejects(reading, /aborted/);
  });

test('a follow that goes on is called off too, and one that is not is read to its end', {
  timeout: 20_000,
}, async (t) => {
  const { api, calling, read, uid } = await open(t);
  const lines = [{ stamp: '2026-01-01T00:00:00.000000001Z', text: 'one' }];
  const log = { lines, isOver: true, listeners: new Set<() => void>() };
  api.logs.set(uid, log);
  assert.equal(await read(true), '2026-01-01T00:00:00.000000001Z one\n');
  log.isOver = false;
  const reading = read(true);
  while (log.listeners.size === 0) await moment();
  calling.abort();
  await assert.rejects(reading, /aborted/);
  while (log.listeners.size > 0) await moment();
});
