import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Node } from '../objects.ts';
import { NodeHosts } from './node-hosts.ts';

const node = (name: string, more: Partial<Node> = {}): Node => ({
  name,
  uid: `uid-${name}`,
  labels: {},
  isCordoned: false,
  taints: [],
  ready: 'True',
  allocatable: { cpu: '4', memory: '8Gi', pods: '10' },
  ...more,
});
const foreign = (uid: string, nodeName: string, milliVcpus: number) => ({
  uid,
  nodeName,
  asks: { milliVcpus, bytes: 0, gpus: 0 },
});
const hostsOf = (...nodes: Node[]): NodeHosts => {
  const hosts = new NodeHosts({ gpuResource: 'nvidia.com/gpu', reserve: undefined });
  hosts.replaceNodes(nodes);
  return hosts;
};
const usedOn = (hosts: NodeHosts, name: string) => {
  const { foreign: used, slots } = hosts.hosts().find((host) => host.name === name)!;
  return [used.milliVcpus, slots];
};

test('K-134: nodes are hosts, known by their uid, and a pod is pinned by a node’s name', () => {
  const hosts = hostsOf(node('a'), node('b'));
  assert.deepEqual(
    hosts.hosts().map(({ id, name }) => [id, name]),
    [
      ['uid-a', 'a'],
      ['uid-b', 'b'],
    ],
  );
  assert.equal(hosts.nameOf('uid-b'), 'b');
  assert.equal(hosts.nameOf('uid-c'), undefined);
});

test('the list is another once a host is, and the same while what is told changes none', () => {
  const hosts = hostsOf(node('a'));
  const before = hosts.hosts();
  hosts.putNode(node('a', { labels: { new: 'label' } }));
  hosts.removeForeign('unknown');
  assert.equal(hosts.hosts(), before);
  hosts.putNode(node('a', { isCordoned: true }));
  assert.notEqual(hosts.hosts(), before);
});

test('K-143: a node that goes is no host any more; another of its name is another host', () => {
  const hosts = hostsOf(node('a'), node('b'));
  assert.equal(hosts.hosts().length, 2);
  hosts.removeNode('a');
  assert.deepEqual(
    hosts.hosts().map(({ name }) => name),
    ['b'],
  );
  hosts.putNode(node('a', { uid: 'new' }));
  assert.equal(hosts.nameOf('new'), 'a');
  hosts.replaceNodes([node('c')]);
  assert.deepEqual(
    hosts.hosts().map(({ name }) => name),
    ['c'],
  );
});

test('K-135 K-137: others’ pods take of their node, also of one that is told later, until they are gone', () => {
  const hosts = hostsOf(node('a'));
  hosts.putForeign(foreign('p', 'a', 500));
  hosts.putForeign(foreign('q', 'b', 250));
  hosts.putNode(node('b'));
  assert.deepEqual(
    [usedOn(hosts, 'a'), usedOn(hosts, 'b')],
    [
      [500, 9],
      [250, 9],
    ],
  );
  hosts.putForeign(foreign('p', 'a', 700));
  hosts.removeForeign('q');
  assert.deepEqual(
    [usedOn(hosts, 'a'), usedOn(hosts, 'b')],
    [
      [700, 9],
      [0, 10],
    ],
  );
  hosts.replaceForeign([foreign('r', 'b', 100)]);
  assert.deepEqual(
    [usedOn(hosts, 'a'), usedOn(hosts, 'b')],
    [
      [0, 10],
      [100, 9],
    ],
  );
});

test('K-138: where others’ pods cannot be seen each node is less what the operator sets apart', () => {
  const reserve = { asks: { milliVcpus: 1000, bytes: 2 ** 31, gpus: 0 }, pods: 0 };
  const hosts = new NodeHosts({ gpuResource: 'nvidia.com/gpu', reserve });
  hosts.replaceNodes([node('a')]);
  assert.deepEqual(hosts.hosts()[0]!.foreign, { milliVcpus: 1000, memoryMiB: 2048, gpus: 0 });
});

test('K-043 K-140: a node that is avoided is closed until it is let go, and so is none of its name that comes later', () => {
  const hosts = hostsOf(node('a'));
  hosts.avoid('a', 'no room');
  assert.deepEqual([hosts.hosts()[0]!.open, hosts.hosts()[0]!.why], [false, 'no room']);
  hosts.release('a');
  assert.equal(hosts.hosts()[0]!.open, true);
  hosts.avoid('a', 'no room');
  hosts.removeNode('a');
  hosts.putNode(node('a', { uid: 'new' }));
  assert.equal(hosts.hosts()[0]!.open, true);
});

test('K-067: a node is silent while its kubelet does not answer', () => {
  const hosts = hostsOf(node('a', { ready: 'Unknown' }), node('b', { ready: 'False' }));
  assert.deepEqual([hosts.isSilent('a'), hosts.isSilent('b'), hosts.isSilent('c')], [true, false, false]);
});

test('K-148: hosts to come are another list when the first task awaits one, and when the last does no more', () => {
  const group = { name: 'g', size: { milliVcpus: 1000, memoryMiB: 100, gpus: 0 }, max: 1 };
  const growth = [{ ...group, labels: { pool: 'g' }, isSpot: false }];
  const hosts = new NodeHosts({ gpuResource: 'nvidia.com/gpu', reserve: undefined, growth });
  const opens = () => hosts.hosts().map(({ open }) => open);
  const first = hosts.hosts();
  hosts.await('a', 'grow:g:1');
  const awaited = hosts.hosts();
  hosts.await('b', 'grow:g:1');
  hosts.await('a', undefined);
  assert.notEqual(first, awaited);
  assert.equal(hosts.hosts(), awaited);
  assert.deepEqual(opens(), [true]);
  hosts.await('b', undefined);
  hosts.await('b', undefined);
  assert.notEqual(hosts.hosts(), awaited);
});
