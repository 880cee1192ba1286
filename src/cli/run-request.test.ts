import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerOf } from './run-request.ts';

const HERE = process.cwd();
const OPTIONS = { queue: 'q', image: 'busybox' };

const mountsOf = (options: object, target: { engine?: string; mounts?: readonly string[] }) => {
  const { properties, notes } = containerOf(
    ['true'],
    { ...OPTIONS, ...options },
    {
      engine: target.engine,
      mounts: target.mounts,
    },
  );
  return { sources: (properties.volumes ?? []).map(({ host }) => host!.sourcePath), notes };
};

test('with an image the current folder is mounted where the server is on this machine and lets jobs mount it', () => {
  const all = { sources: [HERE], notes: [] };
  assert.deepEqual(mountsOf({}, { engine: 'docker' }), all);
  assert.deepEqual(mountsOf({}, { engine: 'docker', mounts: [HERE] }), all);
});

for (const [what, target, note] of [
  [
    'refuses mounts',
    { engine: 'docker', mounts: [] },
    /^the server lets jobs mount nothing of this machine: /,
  ],
  [
    'takes others',
    { engine: 'docker', mounts: ['/srv'] },
    /^the server lets jobs mount what is below \/srv only: /,
  ],
  ['is elsewhere', {}, /^the server is not known to be on this machine: /],
] as const)
  test(`one that ${what}: it is not mounted, and that is said`, () => {
    const { sources, notes } = mountsOf({}, target);
    assert.deepEqual(sources, []);
    assert.match(notes[0]!, note);
    assert.match(notes[0]!, /the current folder is not mounted/);
  });

test('a mount that is asked for and would be refused is told before a job is made', () => {
  const target = { engine: 'docker', mounts: ['/srv'] };
  assert.throws(
    () => mountsOf({ mount: ['/etc:/etc:ro'] }, target),
    /--mount \/etc: the server lets jobs mount what/,
  );
  assert.deepEqual(mountsOf({ mount: ['/srv/data'] }, target).sources, ['/srv/data']);
});
