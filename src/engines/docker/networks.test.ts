import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderOf } from '../../../test/support/orders.ts';
import { MAIN_ADDRESS_VARIABLE } from '../../domain/job-variables.ts';
import type { StartOrder } from '../engine.ts';
import { DaemonRefusal, NoAnswer } from './answers.ts';
import type { DaemonApi } from './api.ts';
import { createBody } from './create-body.ts';
import { isAskedAgain, mainIn, networkBody, networkName, nodeNames } from './network-rules.ts';
import { Networks } from './networks.ts';
import type { Ticket } from './ticket.ts';
import { WaitReasons } from './wait-reasons.ts';

const JOB = '0a1b2c3d-0000-4000-8000-000000000001';
const NODES = `${JOB}-2`;
const NAME = `longshore-d-${NODES}`;

const nodeOf = (index: number, more: Partial<StartOrder> = {}): StartOrder =>
  orderOf([], {
    jobId: `${JOB}#${index}`,
    attempt: 2,
    node: { job: JOB, index, mainNode: 1 },
    jobVariables: { [MAIN_ADDRESS_VARIABLE]: '127.0.0.1' },
    ...more,
  });

const PARTS = { dataId: 'd', bootId: 'b', network: 'host', secrets: {}, gpus: [] };

interface Body {
  readonly Env: string[];
  readonly Labels: Record<string, string>;
  readonly HostConfig: { readonly NetworkMode: string };
  readonly NetworkingConfig?: unknown;
}

test('J-126: a node is in the network of its attempt under its names, and is told the main one’s address there', () => {
  const attachment = { network: 'n1', names: nodeNames(nodeOf(0).node!), mainAddress: '10.0.0.2' };
  const body = createBody(nodeOf(0), { ...PARTS, attachment }) as unknown as Body;
  assert.equal(body.HostConfig.NetworkMode, 'n1');
  assert.deepEqual(body.NetworkingConfig, {
    EndpointsConfig: { n1: { Aliases: ['node-0', `${JOB}-node-0`] } },
  });
  assert.deepEqual(body.Env, [`${MAIN_ADDRESS_VARIABLE}=10.0.0.2`]);
  assert.equal(body.Labels['longshore.nodes'], NODES);
});

test('a container without nodes has the network of ordinary jobs, and no label of nodes', () => {
  const { node: _, ...order } = nodeOf(0);
  const body = createBody(order, PARTS) as unknown as Body;
  assert.equal(body.HostConfig.NetworkMode, 'host');
  assert.equal(body.NetworkingConfig, undefined);
  assert.equal('longshore.nodes' in body.Labels, false);
});

test('names of nodes are labels that DNS takes, also for the last node of the largest job', () => {
  for (const name of nodeNames({ job: JOB, index: 999, mainNode: 0 }))
    assert.match(name, /^[a-z0-9-]{1,63}$/);
});

test('each attempt has a network of its own, which leads out unless jobs have no network', () => {
  assert.deepEqual(networkBody('d', nodeOf(1), 'host'), {
    Name: NAME,
    CheckDuplicate: true,
    Driver: 'bridge',
    Internal: false,
    Labels: {
      'longshore.data': 'd',
      'longshore.job': JOB,
      'longshore.attempt': '2',
      'longshore.nodes': NODES,
    },
  });
  assert.equal(networkBody('d', nodeOf(1), 'none').Internal, true);
  assert.notEqual(networkBody('d', nodeOf(1, { attempt: 3 }), 'host').Name, NAME);
});

const listed = (networks: Record<string, { NetworkID: string; IPAddress: string }> | null) => ({
  Id: 'c',
  State: 'running',
  Created: 0,
  Labels: {},
  NetworkSettings: { Networks: networks },
});

test('the main node’s address is the one it has in the attempt’s network, whatever else it is attached to', () => {
  const other = { NetworkID: 'o', IPAddress: '10.9.9.9' };
  const own = { NetworkID: 'n', IPAddress: '10.0.0.2' };
  assert.deepEqual(mainIn([listed({ other, [NAME]: own })], NAME), { network: 'n', mainAddress: '10.0.0.2' });
  for (const networks of [null, {}, { other }, { [NAME]: { ...own, IPAddress: '' } }]) {
    assert.equal(mainIn([listed(networks)], NAME), undefined);
  }
  assert.equal(mainIn([], NAME), undefined);
});

for (const [what, error, faults, expected] of [
  ['no answer', new NoAnswer('gone'), 1000, true],
  ['a fault', new DaemonRefusal(500, 'x'), 2, true],
  ['a fault again and again', new DaemonRefusal(500, 'x'), 3, false],
  [
    'no addresses left',
    new DaemonRefusal(404, 'could not find an available, non-overlapping IPv4 address pool'),
    1000,
    true,
  ],
  [
    'no addresses, as later daemons say it',
    new DaemonRefusal(500, 'all predefined address pools have been fully subdivided'),
    1000,
    true,
  ],
  ['what is refused', new DaemonRefusal(403, 'x'), 0, false],
  ['what is no answer of the daemon’s', new Error('x'), 0, false],
] as const) {
  test(`a network is ${expected ? '' : 'not '}asked for again after ${what}`, () => {
    assert.equal(isAskedAgain(error, faults), expected);
  });
}

/** A daemon that holds networks by name, and gives an answer to a removal when told. */
const standIn = () => {
  const networks = new Map<string, string>();
  const held: (() => void)[] = [];
  let made = 0;
  const said: string[] = [];
  const api = {
    createNetwork: async ({ Name }: { Name: string }) => {
      said.push('create');
      if (networks.has(Name)) throw new DaemonRefusal(409, 'already exists');
      networks.set(Name, `n${++made}`);
      return `n${made}`;
    },
    networks: async () => [...networks.values()].map((Id) => ({ Id, Labels: { 'longshore.nodes': NODES } })),
    removeNetwork: async (id: string) => {
      said.push('remove');
      await new Promise<void>((resolve) => held.push(resolve));
      for (const [name, Id] of networks) if (Id === id) networks.delete(name);
    },
    running: async () => [],
  } as unknown as DaemonApi;
  const timers = {
    soon: (fn: () => void) => fn(),
    after: (_: number, fn: () => void) => {
      fn();
      return () => {};
    },
  };
  return {
    api,
    timers,
    networks,
    held,
    said,
    all: new Networks(api, { timers, dataId: 'd', network: 'host' }),
  };
};

const waits = new WaitReasons();
const ticketOf = (isVoid = () => false): Pick<Ticket, 'isVoid' | 'whileWaiting'> => ({
  isVoid,
  whileWaiting: (why, act) => waits.during(nodeOf(1), why, act),
});
const OPEN = ticketOf();

test('a network that is there already is taken, not made again', async () => {
  const { all } = standIn();
  const first = await all.attachmentOf(nodeOf(1), OPEN);
  assert.deepEqual(first, { network: 'n1', names: ['node-1', `${JOB}-node-1`] });
  assert.deepEqual(await all.attachmentOf(nodeOf(1), OPEN), first);
});

test('a network that is on its way out is not attached to', async () => {
  const { all, held, said } = standIn();
  await all.attachmentOf(nodeOf(1), OPEN);
  const removed = all.remove(NODES, () => false);
  for (let i = 0; held.length === 0 && i < 100; i++) await Promise.resolve();
  const again = all.attachmentOf(nodeOf(1), OPEN);
  held.shift()!();
  await removed;
  assert.deepEqual((await again)?.network, 'n2');
  assert.deepEqual(said, ['create', 'remove', 'create']);
});

test('a network that somebody needs stays, in a removal and in a sweep', async () => {
  const { all, networks, said } = standIn();
  await all.attachmentOf(nodeOf(1), OPEN);
  await all.remove(NODES, () => true);
  await all.sweep((nodes) => nodes === NODES);
  assert.deepEqual([...networks.keys()], [networkName('d', NODES)]);
  assert.deepEqual(said, ['create']);
});

test('a node whose main one does not run is told so; an ordinary order and one recalled get nothing', async () => {
  const { all, said } = standIn();
  await assert.rejects(all.attachmentOf(nodeOf(0), OPEN), /the main node, 1, does not run/);
  const { node: _, ...ordinary } = nodeOf(0);
  assert.equal(await all.attachmentOf(ordinary, OPEN), undefined);
  assert.equal(
    await all.attachmentOf(
      nodeOf(1),
      ticketOf(() => true),
    ),
    undefined,
  );
  assert.deepEqual(said, []);
});

test('a job for whose network the daemon has no addresses says so, is tried until it has, and then says nothing', async () => {
  const { api, timers } = standIn();
  const words = 'could not find an available, non-overlapping IPv4 address pool among the defaults';
  let [asked, told] = [0, ''];
  const full = {
    ...api,
    createNetwork: async () => {
      if (asked++ < 200) throw new DaemonRefusal(404, words);
      told = waits.of(JOB) ?? '';
      return 'n1';
    },
  } as Partial<DaemonApi> as DaemonApi;
  const all = new Networks(full, { timers, dataId: 'd', network: 'host' });
  assert.equal(waits.of(JOB), undefined);
  assert.equal((await all.attachmentOf(nodeOf(1), OPEN))?.network, 'n1');
  assert.match(told, /^waits for a network: the Docker daemon has no addresses left .*non-overlapping IPv4/);
  assert.deepEqual([asked, waits.of(JOB)], [201, undefined]);
});

test('only faults of the daemon count as such: one after a long wait for it, or for addresses, is asked past', async () => {
  const { api, timers } = standIn();
  const noes = [
    ...Array.from({ length: 4 }, () => new NoAnswer('gone')),
    ...Array.from({ length: 4 }, () => new DaemonRefusal(404, 'no address pool')),
    ...Array.from({ length: 3 }, () => new DaemonRefusal(500, 'panic')),
  ];
  const createNetwork = async () => {
    const no = noes.shift();
    if (no) throw no;
    return 'n1';
  };
  const all = new Networks({ ...api, createNetwork } as Partial<DaemonApi> as DaemonApi, {
    timers,
    dataId: 'd',
    network: 'host',
  });
  assert.equal((await all.attachmentOf(nodeOf(1), OPEN))?.network, 'n1');
});

test('an order that waits for addresses can be recalled', async () => {
  const { api, timers } = standIn();
  const createNetwork = async () => {
    throw new DaemonRefusal(404, 'no address pool');
  };
  const all = new Networks({ ...api, createNetwork } as Partial<DaemonApi> as DaemonApi, {
    timers,
    dataId: 'd',
    network: 'host',
  });
  let looks = 0;
  assert.equal(
    await all.attachmentOf(
      nodeOf(1),
      ticketOf(() => ++looks > 5),
    ),
    undefined,
  );
  assert.equal(waits.of(JOB), undefined);
});
