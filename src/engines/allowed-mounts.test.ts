import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ContainerSpec } from '../domain/container.ts';
import { mountsElsewhere, resolveMounts } from './allowed-mounts.ts';

const NOBODY = 65_534;

/** Folders `allowed` and `other`, and one that only its owner may look into. */
const world = (t: TestContext) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'longshore-mounts-')));
  const locked = join(folder, 'locked');
  t.after(() => {
    chmodSync(locked, 0o755);
    rmSync(folder, { recursive: true });
  });
  chmodSync(folder, 0o755);
  for (const name of ['allowed', 'allowed/in', 'other', 'locked', 'locked/secret']) {
    mkdirSync(join(folder, name));
  }
  const link = (name: string, to: string) => symlinkSync(join(folder, to), join(folder, 'allowed', name));
  chmodSync(locked, 0);
  return { folder, link };
};

const resolved = (path: string, allowed: readonly string[] | undefined): string => {
  const volumes = [{ name: 'v', host: { sourcePath: path } }];
  const mountPoints = [{ sourceVolume: 'v', containerPath: '/v' }];
  const container = { volumes, mountPoints } as object as ContainerSpec;
  return (resolveMounts(container, allowed) as object as { volumes: typeof volumes }).volumes[0]!.host
    .sourcePath;
};

/** As somebody who is not root: root may look everywhere. */
const unprivileged = <T>(act: () => T): T => {
  if (process.geteuid!() !== 0) return act();
  process.seteuid!(NOBODY);
  try {
    return act();
  } finally {
    process.seteuid!(0);
  }
};

test('a path below an allowed folder is mounted as it really is, also before it exists', (t) => {
  const { folder, link } = world(t);
  const allowed = [join(folder, 'allowed')];
  link('inside', 'allowed/in');
  assert.equal(resolved(join(folder, 'allowed/inside'), allowed), join(folder, 'allowed/in'));
  assert.equal(resolved(join(folder, 'allowed/inside/a/b'), allowed), join(folder, 'allowed/in/a/b'));
  assert.equal(resolved(join(folder, 'other'), undefined), join(folder, 'other'));
});

test('an allowed folder may itself be a link', (t) => {
  const { folder } = world(t);
  symlinkSync(join(folder, 'allowed'), join(folder, 'alias'));
  assert.equal(resolved(join(folder, 'alias/in'), [join(folder, 'alias')]), join(folder, 'allowed/in'));
});

test('a link that leads out is refused, whether what it names is there or not', (t) => {
  const { folder, link } = world(t);
  const allowed = [join(folder, 'allowed')];
  link('out', 'other');
  link('nowhere', 'other/not/yet');
  assert.throws(() => resolved(join(folder, 'allowed/out'), allowed), /does not let jobs mount/);
  assert.throws(() => resolved(join(folder, 'allowed/out/new'), allowed), /does not let jobs mount/);
  assert.throws(() => resolved(join(folder, 'allowed/nowhere'), allowed), /cannot be told/);
  assert.throws(() => resolved(join(folder, 'allowed/nowhere/new'), allowed), /cannot be told/);
});

test('what the server may not see is refused: the daemon would see it', (t) => {
  const { folder, link } = world(t);
  const allowed = [join(folder, 'allowed')];
  link('x', 'locked/secret');
  link('r', 'locked');
  link('loop', 'allowed/loop');
  writeFileSync(join(folder, 'allowed/file'), '');
  for (const path of ['x', 'x/deeper', 'r/secret', 'r/secret/new', 'loop', 'loop/new', 'file/new']) {
    const attempt = () => unprivileged(() => resolved(join(folder, 'allowed', path), allowed));
    assert.throws(attempt, /cannot be told/, path);
  }
});

test('an allowed folder that cannot be told takes nothing away from the others, wherever it stands', (t) => {
  const { folder, link } = world(t);
  const [good, locked, nowhere] = ['allowed', 'locked/secret', 'allowed/nowhere'].map((name) =>
    join(folder, name),
  );
  link('nowhere', 'not/there');
  for (const allowed of [
    [good, locked, nowhere],
    [nowhere, locked, good],
  ]) {
    const seen = unprivileged(() => resolved(join(folder, 'allowed/in'), allowed as string[]));
    assert.equal(seen, join(folder, 'allowed/in'));
  }
});

test('below an allowed link to nowhere nothing may be mounted', (t) => {
  const { folder, link } = world(t);
  link('nowhere', 'other/not/yet');
  const allowed = [join(folder, 'allowed/nowhere')];
  assert.throws(() => resolved(join(folder, 'other/not/yet'), allowed), /does not let jobs mount/);
  assert.throws(() => resolved(join(folder, 'allowed/nowhere'), allowed), /cannot be told/);
});

test('a volume that no mount point names is left out, wherever it leads', (t) => {
  const { folder } = world(t);
  const volumes = [{ name: 'idle', host: { sourcePath: '/etc' } }];
  const container = { volumes, mountPoints: [{ containerPath: '/own' }] } as object as ContainerSpec;
  assert.deepEqual(resolveMounts(container, [join(folder, 'allowed')]).volumes, []);
});

const elsewhere = (
  sourcePath: string,
  within: string | undefined,
  allowed: readonly string[] | undefined,
) => {
  const volumes = [{ name: 'v', host: { sourcePath }, ...(within && { within }) }];
  const mountPoints = [{ sourceVolume: 'v', containerPath: '/v' }];
  const container = { volumes, mountPoints } as object as ContainerSpec;
  return mountsElsewhere(container, allowed).volumes[0];
};

test('on another machine a folder of a file system must be there, as its daemon says, and other paths are left to it', () => {
  assert.deepEqual(elsewhere('/nowhere/efs/a', '/nowhere/efs', undefined), {
    name: 'v',
    host: { sourcePath: '/nowhere/efs/a' },
    within: '/nowhere/efs',
    mustExist: true,
  });
  assert.deepEqual(elsewhere('/nowhere', undefined, undefined), {
    name: 'v',
    host: { sourcePath: '/nowhere' },
  });
});

test('on another machine, where jobs may not mount what they like, a file system’s own folder alone can be mounted', () => {
  assert.equal((elsewhere('/efs/', '/efs', []) as { mustExist?: boolean }).mustExist, true);
  assert.throws(
    () => elsewhere('/efs/link', '/efs', []),
    /where \/efs\/link leads on another host cannot be looked at/,
  );
});
