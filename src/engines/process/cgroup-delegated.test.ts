import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { type GroupTree, openDelegated } from './cgroup-delegated.ts';

/** A tree that follows the kernel's rule: a group, but the machine's own root, hands nothing down while somebody is in it. */
class FakeTree implements GroupTree {
  own: string | undefined;
  hasSystemd = false;
  /** Units, with `user ` before those of a user's manager. */
  delegated = new Set<string>();
  readonly members = new Map<string, Set<string>>();
  readonly handed = new Set<string>();
  /** The child's first. */
  readonly parents = new Map<number, number>();
  isTop = false;

  constructor(own: string, members: Readonly<Record<string, readonly number[]>>) {
    this.own = own;
    for (const [group, pids] of Object.entries(members)) this.members.set(group, new Set(pids.map(String)));
  }

  isDelegated(unit: string, ofUser: boolean): boolean {
    return this.delegated.has(ofUser ? `user ${unit}` : unit);
  }

  words(group: string, file: string): readonly string[] {
    switch (file) {
      case 'cgroup.controllers':
        return group === '/' || this.handed.has(dirname(group)) ? ['cpu', 'memory'] : ['cpu'];
      case 'cgroup.subtree_control':
        return this.handed.has(group) ? ['memory'] : [];
      case 'cgroup.procs':
        return [...(this.members.get(group) ?? [])];
      default:
        throw new Error(`nobody reads ${file}`);
    }
  }

  write(group: string, file: string, text: string): void {
    if (file === 'cgroup.subtree_control') this.#handDown(group);
    else this.#move(text, group);
  }

  #handDown(group: string): void {
    const isFree = (this.members.get(group)?.size ?? 0) === 0;
    if (!isFree && !(this.isTop && group === '/')) throw Object.assign(new Error('busy'), { code: 'EBUSY' });
    this.handed.add(group);
  }

  #move(pid: string, group: string): void {
    for (const pids of this.members.values()) pids.delete(pid);
    this.members.get(group)!.add(pid);
  }

  make(group: string): void {
    if (!this.members.has(group)) this.members.set(group, new Set());
  }

  parentOf(pid: number): number | undefined {
    return this.parents.get(pid);
  }
}

const SERVER = 30;

/** The server was started by npx's shell, 20, and that by npx, 10. */
const startedByNpx = (tree: FakeTree): FakeTree => {
  tree.parents.set(SERVER, 20).set(20, 10).set(10, 1).set(1, 0);
  return tree;
};

test('the root of a machine hands memory down though everybody is in it', () => {
  const tree = new FakeTree('/', { '/': [1, 7, SERVER] });
  tree.isTop = true;
  assert.equal(openDelegated(tree, SERVER), '/');
  assert.deepEqual([...tree.members.keys()], ['/'], 'nobody was moved');
});

test('in a container of its own the server and what started it go into a group below', () => {
  const tree = startedByNpx(new FakeTree('/', { '/': [1, 10, 20, SERVER] }));
  assert.equal(openDelegated(tree, SERVER), '/');
  assert.deepEqual(tree.words('/longshore-server', 'cgroup.procs'), ['1', '10', '20', '30']);
  assert.ok(tree.handed.has('/'));
});

test('a group with a stranger in it is left as it is', () => {
  const tree = startedByNpx(new FakeTree('/', { '/': [1, 10, 20, SERVER, 77] }));
  assert.equal(openDelegated(tree, SERVER), undefined);
  assert.equal(tree.words('/', 'cgroup.procs').length, 5);
  assert.ok(!tree.members.has('/longshore-server'));
});

test('a process that the container does not see is a stranger', () => {
  const tree = startedByNpx(new FakeTree('/', { '/': [0, 1, 10, 20, SERVER] }));
  assert.equal(openDelegated(tree, SERVER), undefined);
});

test('the next server, begun where the first one went, has the same place', () => {
  const tree = new FakeTree('/box/longshore-server', { '/box': [], '/box/longshore-server': [5, SERVER] });
  tree.handed.add('/').add('/box');
  assert.equal(openDelegated(tree, SERVER), '/box');
});

test('a group that is given no memory, or lies outside of what we see, is none', () => {
  assert.equal(openDelegated(new FakeTree('/box', { '/box': [SERVER] }), SERVER), undefined);
  assert.equal(openDelegated(new FakeTree('/../box', { '/../box': [SERVER] }), SERVER), undefined);
  const none = new FakeTree('/', { '/': [] });
  none.own = undefined;
  assert.equal(openDelegated(none, SERVER), undefined);
});

const SERVICE = '/system.slice/longshore.service';
const SCOPE = '/user.slice/user-1000.slice/user@1000.service/app.slice/run-1.scope';

/** What systemd has, where it divides the tree down to the parent of a unit. */
const withSystemd = (own: string, members: Readonly<Record<string, readonly number[]>>): FakeTree => {
  const tree = startedByNpx(new FakeTree(own, members));
  tree.hasSystemd = true;
  for (let at = dirname(own); ; at = dirname(at)) {
    tree.handed.add(at);
    if (at === '/') return tree;
  }
};

test('a service with Delegate=yes is divided, one without is not', () => {
  const tree = withSystemd(SERVICE, { [SERVICE]: [SERVER] });
  assert.equal(openDelegated(tree, SERVER), undefined);
  tree.delegated.add('longshore.service');
  assert.equal(openDelegated(tree, SERVER), SERVICE);
  assert.deepEqual(tree.words(`${SERVICE}/longshore-server`, 'cgroup.procs'), ['30']);
});

test('with DelegateSubgroup= nobody needs to be moved', () => {
  const tree = withSystemd(`${SERVICE}/server`, { [SERVICE]: [], [`${SERVICE}/server`]: [SERVER] });
  tree.handed.delete(SERVICE);
  tree.delegated.add('longshore.service');
  assert.equal(openDelegated(tree, SERVER), SERVICE);
  assert.deepEqual(tree.words(`${SERVICE}/server`, 'cgroup.procs'), ['30']);
});

test('a user’s scope is asked for at the user’s manager', () => {
  const tree = withSystemd(SCOPE, { [SCOPE]: [10, 20, SERVER] });
  tree.delegated.add('run-1.scope');
  assert.equal(openDelegated(tree, SERVER), undefined);
  tree.delegated.add('user run-1.scope');
  assert.equal(openDelegated(tree, SERVER), SCOPE);
});

test('the group of a user’s manager is its own, a slice nobody’s', () => {
  const manager = '/user.slice/user-1000.slice/user@1000.service';
  const tree = withSystemd(manager, { [manager]: [SERVER] });
  tree.delegated.add('user@1000.service');
  assert.equal(openDelegated(tree, SERVER), undefined);
  const slice = withSystemd('/user.slice', { '/user.slice': [SERVER] });
  assert.equal(openDelegated(slice, SERVER), undefined);
});

test('what goes wrong otherwise is thrown', () => {
  const tree = new FakeTree('/box', { '/box': [SERVER] });
  tree.handed.add('/');
  tree.write = () => {
    throw Object.assign(new Error('read-only'), { code: 'EROFS' });
  };
  assert.throws(() => openDelegated(tree, SERVER), /read-only/);
});
