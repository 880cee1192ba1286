import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { passing } from '../../../../test/support/kubernetes/passing-time.ts';
import { FakeApi } from '../../../../test/support/kubernetes/server.ts';
import { KubeClient } from './client.ts';
import { Follower } from './follower.ts';
import { kubeconfigAccess } from './kubeconfig-access.ts';
import { listAll } from './pages.ts';

const PATH = '/api/v1/namespaces/jobs/pods';

interface Seen {
  readonly name: string;
  readonly phase: string;
}

const read = (value: unknown): Seen => {
  const { metadata, status } = value as { metadata: { name: string }; status: { phase: string } };
  return { name: metadata.name, phase: status.phase };
};

const mine = { path: PATH, selectors: { labelSelector: 'data=mine' }, read };

const open = async (t: TestContext) => {
  const api = new FakeApi();
  await api.start();
  const { clock, timers, pass, end } = passing();
  const files = [{ path: '/config', text: api.kubeconfig() }];
  const client = new KubeClient(kubeconfigAccess(files, { environment: {} }, clock), timers);
  const told: string[] = [];
  const enough = new Set<string>();
  const follower = new Follower<Seen>(
    { client, clock, timers, chance: () => 0 },
    {
      ...mine,
      listed: (items) => told.push(`listed ${items.map(({ name }) => name)}`),
      there: ({ name, phase }) => told.push(`${name} ${phase}`),
      gone: ({ name }) => told.push(`${name} gone`),
      isEnough: ({ name, kind }) => enough.has(name) && told.push(`${name} ${kind}`) > 0,
      heard: () => told.push('heard'),
      unheard: () => told.push('unheard'),
    },
  );
  t.after(async () => {
    follower.close();
    client.close();
    await api.close();
    end();
  });
  const create = (name: string, data = 'mine') => api.pods.create({ metadata: { name, labels: { data } } });
  const hears = async (text: string) => {
    for (let i = 0; i < 500 && !told.includes(text); i++) await new Promise((done) => setTimeout(done, 10));
    assert.ok(told.includes(text), `${text} in ${told}`);
  };
  const asks = (what: 'watch' | 'list') =>
    api.asked.filter(({ query }) => (query.get('watch') === 'true') === (what === 'watch'));
  return { api, client, follower, told, enough, create, hears, asks, pass };
};

test('K-074: all of a collection is listed in pages of 500', async (t) => {
  const { api, client, create } = await open(t);
  for (let i = 0; i < 1201; i++) create(`p${i}`);
  create('other', 'theirs');
  const { items } = await listAll(client, mine);
  assert.equal(new Set(items.map(({ name }) => name)).size, 1201);
  assert.deepEqual(
    api.asked.map(({ query }) => query.get('limit')),
    ['500', '500', '500'],
  );
});

test('K-088: a list whose place the server forgot begins anew', async (t) => {
  const { api, client, create } = await open(t);
  api.pageSize = 2;
  for (let i = 0; i < 5; i++) create(`p${i}`);
  api.vice = () => {
    if (api.asked.length === 2) {
      create('late');
      api.forget();
    }
    return undefined;
  };
  const { items } = await listAll(client, mine);
  assert.deepEqual(items.map(({ name }) => name).sort(), ['late', 'p0', 'p1', 'p2', 'p3', 'p4']);
});

test('K-080 K-081: a watch begins where the list ended, and the next where it was cut, at the last event or bookmark', async (t) => {
  const { api, follower, told, create, hears, asks } = await open(t);
  create('a');
  await follower.list();
  void follower.run();
  await hears('listed a');
  create('b');
  await hears('b Pending');
  api.history.next();
  api.bookmark();
  const version = String(api.history.version);
  api.endWatches();
  create('c');
  await hears('c Pending');
  api.cutWatches();
  create('d');
  await hears('d Pending');
  const watches = asks('watch').map(({ query }) => query);
  assert.equal(watches[0]!.get('allowWatchBookmarks'), 'true');
  assert.equal(watches[0]!.get('timeoutSeconds'), '300');
  assert.equal(watches[1]!.get('resourceVersion'), version);
  assert.deepEqual(told, ['listed a', 'b Pending', 'c Pending', 'd Pending']);
});

test('K-083: where the server has forgotten what lies between, it is listed anew', async (t) => {
  const { api, follower, create, hears, asks } = await open(t);
  await follower.list();
  api.history.next();
  api.forget();
  create('a');
  void follower.run();
  await hears('listed a');
  assert.equal(asks('list').length, 2);
});

test('a deletion is told with the last state, and what came in a gap is not missed', async (t) => {
  const { api, follower, create, hears } = await open(t);
  create('a');
  await follower.list();
  api.pods.delete('a', {});
  create('b');
  void follower.run();
  await hears('a gone');
  await hears('b Pending');
});

test('K-168: a server that ends each watch at once is asked again and again, with pauses, and nothing is missed', async (t) => {
  const { api, follower, told, create, hears, asks } = await open(t);
  await follower.list();
  let cuts = 4;
  api.vice = ({ query }) => (query.get('watch') && cuts-- > 0 ? { kind: 'unheard' } : undefined);
  void follower.run();
  await hears('heard');
  create('a');
  await hears('a Pending');
  assert.equal(told.filter((text) => text === 'unheard').length, 1);
  assert.equal(asks('watch').length, 5);
});

test('K-087: ten minutes after a list there is another, when the watch is over that lasts no longer', async (t) => {
  const { api, follower, create, hears, asks, pass } = await open(t);
  await follower.list();
  void follower.run();
  create('x');
  await hears('x Pending');
  pass(400_000);
  api.endWatches();
  create('a');
  await hears('a Pending');
  assert.equal(asks('list').length, 1);
  assert.equal(asks('watch').at(-1)!.query.get('timeoutSeconds'), '200');
  pass(200_000);
  api.endWatches();
  await hears('listed a,x');
});

test('K-085: a watch that says nothing for 90 seconds is cut, and goes on from its last version', async (t) => {
  const { follower, create, hears, asks, pass } = await open(t);
  await follower.list();
  void follower.run();
  create('a');
  await hears('a Pending');
  for (let seconds = 0; seconds < 75; seconds += 15) pass(15_000);
  await new Promise((done) => setTimeout(done, 50));
  assert.equal(asks('watch').length, 1);
  for (let seconds = 75; seconds < 105; seconds += 15) pass(15_000);
  for (let i = 0; i < 200 && asks('watch').length < 2; i++) await new Promise((done) => setTimeout(done, 10));
  const [first, second] = asks('watch').map(({ query }) => query.get('resourceVersion'));
  assert.notEqual(second, first);
  create('b');
  await hears('b Pending');
  assert.equal(asks('list').length, 1);
});

test('K-084: after an error that is no 410 the watch goes on after a pause, without a list', async (t) => {
  const { api, follower, told, create, hears, asks, pass } = await open(t);
  await follower.list();
  void follower.run();
  create('a');
  await hears('a Pending');
  api.say('ERROR', { code: 500, message: 'etcd is slow' });
  await hears('unheard');
  create('b');
  pass(1000);
  await hears('b Pending');
  assert.equal(told.filter((text) => text === 'unheard').length, 1);
  assert.equal(asks('list').length, 1);
});

test('of a change whose beginning is enough no more is read, and the next watch goes on after it', async (t) => {
  const { api, follower, told, enough, create, hears, asks } = await open(t);
  enough.add('a');
  await follower.list();
  void follower.run();
  while (asks('watch').length === 0) await new Promise((done) => setTimeout(done, 10));
  create('a');
  create('b');
  await hears('b Pending');
  const { resourceVersion } = create('a2').metadata;
  await hears('a2 Pending');
  enough.add('a2');
  api.pods.change('a2', ({ status }) => (status.phase = 'Running'));
  await hears('a2 there');
  assert.deepEqual(told, ['listed ', 'a there', 'b Pending', 'a2 Pending', 'a2 there']);
  api.endWatches();
  while (asks('watch').length === 1) await new Promise((done) => setTimeout(done, 10));
  assert.equal(asks('watch')[1]!.query.get('resourceVersion'), String(Number(resourceVersion) + 1));
});
