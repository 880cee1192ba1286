import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { until } from '../../../test/contract/engine-suite.ts';
import { later } from '../../../test/support/cli.ts';
import { startFakeCluster } from '../../../test/support/kubernetes/cluster.ts';
import { passing } from '../../../test/support/kubernetes/passing-time.ts';
import { silentLog } from '../../lib/logger.ts';
import { KubeClient } from './client/client.ts';
import { kubeconfigAccess } from './client/kubeconfig-access.ts';
import { Lease } from './lease.ts';

const NAME = 'longshore-0123456789abcdef';

const world = async (t: TestContext) => {
  const { api, ...cluster } = await startFakeCluster();
  const { clock, timers, pass, waiting, end } = passing();
  const clients: KubeClient[] = [];
  let starts = 0;
  const lease = (host: string, pid = 1, said: string[] = []) => {
    const files = [{ path: '/config', text: api.kubeconfig() }];
    const client = new KubeClient(kubeconfigAccess(files, { environment: {} }, clock), timers);
    clients.push(client);
    const say = (_: object, message: string) => void said.push(message);
    const log = { ...silentLog, warn: say, error: say };
    const dataId = '0123456789abcdef';
    return new Lease({ namespace: 'jobs', dataId, clock, timers, chance: () => 0, log }, client, {
      host,
      pid,
      start: `word${++starts}`,
    });
  };
  later(t, async () => {
    for (const client of clients) client.close();
    await cluster.close();
    end();
  });
  const tick = () => new Promise<void>((done) => setTimeout(done, 10));
  const spec = () => api.leases.find(NAME)?.spec;
  const asked = (method: string) => api.asked.filter((one) => one.method === method).length;
  /** Puts the clock forward for as long as it is not over. */
  const passUntil = async (over: Promise<unknown>): Promise<void> => {
    let isOver = false;
    void over.catch(() => {}).finally(() => (isOver = true));
    while (!isOver) {
      pass(5000);
      await tick();
    }
  };
  return { api, lease, pass, passUntil, waiting, tick, spec, asked };
};

test('K-079: a lease with the folder’s id names its holder, is renewed every ten seconds, and is let go at the end', async (t) => {
  const { lease, pass, tick, spec, asked } = await world(t);
  const first = lease('host-a', 7);
  await first.take();
  assert.deepEqual([spec()?.holderIdentity, spec()?.leaseDurationSeconds], ['host-a/7/word1', 25]);
  for (let renewed = 1; renewed <= 3; renewed++) {
    pass(10_000);
    await until({ tick }, 'a renewal', () => asked('PUT') === renewed || undefined);
    // the next one is due ten seconds after that was answered
    await tick();
  }
  await first.close();
  assert.equal(spec()?.holderIdentity, '');
  await lease('host-b').take();
  assert.equal(spec()?.holderIdentity, 'host-b/1/word2', 'at once');
});

test('K-079: a second server on another host is refused while the first renews, by a sentence that names it', async (t) => {
  const { lease, passUntil } = await world(t);
  await lease('host-a', 7).take();
  const second = lease('host-b').take();
  await passUntil(second);
  await assert.rejects(second, {
    name: 'LeaseHeld',
    message: `a server on another host has this data folder's jobs: host host-a, process 7 renews lease ${NAME}; stop that one first`,
  });
});

test('K-079: of one that died another host has the lease once it was not renewed for its time; its own host at once', async (t) => {
  const { lease, passUntil, spec, api } = await world(t);
  const body = { holderIdentity: 'host-a/7/word0', leaseTransitions: 3 };
  api.leases.create({ metadata: { name: NAME }, spec: body });
  await lease('host-a', 8).take();
  assert.deepEqual([spec()?.holderIdentity, spec()?.leaseTransitions], ['host-a/8/word1', 4]);
  api.leases.change(NAME, (one) => (one.spec = { ...one.spec, holderIdentity: 'dead/1/word0' }));
  const said: string[] = [];
  const other = lease('host-b', 1, said).take();
  await passUntil(other);
  await other;
  assert.equal(spec()?.holderIdentity, 'host-b/1/word2');
  assert.deepEqual(said, ['waits to see whether another server has this data folder']);
});

test('K-079: it is only a warning: an API that is away is no fault, and one that took it is told of once', async (t) => {
  const { lease, pass, tick, spec, asked, api } = await world(t);
  const said: string[] = [];
  await lease('host-a', 7, said).take();
  let refused = 0;
  api.vice = () => (refused++ < 1 ? { kind: 'refuse', status: 400 } : undefined);
  pass(10_000);
  await until({ tick }, 'a refusal', () => refused > 0 || undefined);
  await tick();
  pass(10_000);
  await until({ tick }, 'the next', () => asked('PUT') >= 2 || undefined);
  await tick();
  assert.deepEqual([said, spec()?.holderIdentity], [[], 'host-a/7/word1']);
  api.leases.change(NAME, (one) => (one.spec = { ...one.spec, holderIdentity: 'host-b/1/word0' }));
  pass(10_000);
  await until({ tick }, 'it is told', () => said.length > 0 || undefined);
  assert.deepEqual(said, ['another server has taken this data folder: both have its pods']);
});

test('K-079: of two in pods of the same name, both process 1, the one that was there says that another has it', async (t) => {
  const { lease, pass, tick, spec, asked } = await world(t);
  const said: string[][] = [[], []];
  await lease('longshore-0', 1, said[0]).take();
  await lease('longshore-0', 1, said[1]).take();
  assert.equal(spec()?.holderIdentity, 'longshore-0/1/word2', 'at once');
  pass(10_000);
  await until({ tick }, 'it is told', () => said[0]!.length > 0 || undefined);
  await until({ tick }, 'the other renews', () => asked('PUT') >= 3 || undefined);
  await tick();
  pass(10_000);
  await tick();
  assert.deepEqual(said, [['another server has taken this data folder: both have its pods'], []]);
  assert.equal(spec()?.holderIdentity, 'longshore-0/1/word2');
});

test('K-079: a renewal whose answer is lost is no other server', async (t) => {
  const { lease, pass, tick, spec, asked, api } = await world(t);
  const said: string[] = [];
  await lease('host-a', 7, said).take();
  let lost = 0;
  api.vice = ({ method }) => (method === 'PUT' && lost++ < 1 ? { kind: 'unanswered' } : undefined);
  for (let renewed = 1; renewed <= 3; renewed++) {
    pass(10_000);
    await until({ tick }, 'a renewal', () => asked('PUT') >= renewed || undefined);
    await tick();
  }
  assert.deepEqual([said, spec()?.holderIdentity], [[], 'host-a/7/word1']);
});

test('K-079: the right to renew that is withdrawn is told once, and again after it was given back', async (t) => {
  const { lease, pass, tick, asked, api } = await world(t);
  const said: string[] = [];
  await lease('host-a', 7, said).take();
  const renew = async (times: number) => {
    for (; times > 0; times--) {
      const before = asked('PUT');
      pass(10_000);
      await until({ tick }, 'a renewal', () => asked('PUT') > before || undefined);
      await tick();
    }
  };
  api.denied.add('update leases');
  await renew(3);
  assert.deepEqual(said, ['the lease is not renewed: a second server of this data folder is not noticed']);
  api.denied.clear();
  await renew(1);
  api.denied.add('update leases');
  await renew(2);
  assert.equal(said.length, 2);
});
