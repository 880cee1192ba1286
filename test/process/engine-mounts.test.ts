import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ContainerSpec } from '../../src/domain/container.ts';
import type { ProcessEngineSettings } from '../../src/engines/process/settings.ts';
import { reaches } from '../contract/engine-suite.ts';
import { containerOf, orderOf } from '../support/orders.ts';
import { openProcessWorld, type ProcessWorld } from '../support/process-world.ts';

/* What a process sees of volumes, as root and, where the kernel lets him, as somebody who is not. */

const NOBODY = { uid: 65_534, gid: 65_534 };
const isRoot = process.getuid?.() === 0;

/** Of everybody, with a file in it. */
const folderFor = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-volume-ü '));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o777);
  writeFileSync(join(folder, 'file'), 'of the host\n');
  return folder;
};

/** Runs a script to its end; what it printed. */
const run = async (world: ProcessWorld, script: string, more: Partial<ContainerSpec>): Promise<string> => {
  const order = orderOf([], { container: containerOf(['sh', '-c', script], more) });
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'exited');
  return world.output(order.taskId)!;
};

const refused = async (world: ProcessWorld, more: Partial<ContainerSpec>): Promise<string> => {
  const order = orderOf([], { container: containerOf(['echo', 'ran'], more) });
  await world.engine.start([order]);
  const { reason } = await reaches(world, order.taskId, 'failed');
  assert.equal(world.output(order.taskId)!.includes('ran'), false);
  return reason;
};

const at = (
  sourcePath: string | undefined,
  containerPath: string,
  readOnly = false,
): Partial<ContainerSpec> => ({
  volumes: [{ name: 'v', ...(sourcePath !== undefined && { host: { sourcePath } }) }],
  mountPoints: [{ sourceVolume: 'v', containerPath, readOnly }],
});

for (const [who, more] of [
  ['as who the server is', {}],
  ['as another, --run-as', { runAs: NOBODY }],
] as const) {
  const open = async (t: TestContext, settings: Partial<ProcessEngineSettings> = {}) => {
    if ('runAs' in more && !isRoot) return t.skip('only root can run tasks as somebody else');
    const world = await openProcessWorld(t, { ...more, ...settings });
    if (world.engine.mountWay !== undefined) return world;
    t.skip('this machine gives tasks no mounts of their own');
    return undefined;
  };

  test(`S-289: a volume is seen elsewhere than where it is, and nothing is made on the host for it (${who})`, async (t) => {
    const world = await open(t);
    if (!world) return;
    const folder = folderFor(t);
    for (const path of [
      '/longshore-tést',
      '/longshore-a/b c',
      '/usr/longshore/x',
      join(tmpdir(), 'longshore-x/y'),
    ]) {
      const printed = await run(world, `cat "${path}/file"; echo kept >"${path}/new"`, at(folder, path));
      assert.equal(printed, 'of the host\n', path);
      assert.equal(readFileSync(join(folder, 'new'), 'utf8'), 'kept\n');
      assert.equal(existsSync(path), false);
      assert.equal(
        existsSync(path.slice(0, path.lastIndexOf('/')) || '/longshore'),
        path.startsWith('/usr') ? existsSync('/usr/longshore') : false,
      );
      rmSync(join(folder, 'new'));
    }
  });

  test(`S-291: a read-only volume cannot be written, where it is and elsewhere (${who})`, async (t) => {
    const world = await open(t);
    if (!world) return;
    const folder = folderFor(t);
    for (const path of [folder, '/longshore-elsewhere']) {
      const printed = await run(world, `cat "${path}/file"; echo x >"${path}/new"`, at(folder, path, true));
      assert.match(printed, /^of the host\n.*Read-only file system/);
    }
    assert.deepEqual(readdirSync(folder), ['file']);
  });

  test(`a volume may be a file or a socket (${who})`, async (t) => {
    const world = await open(t);
    if (!world) return;
    const folder = folderFor(t);
    const socket = join(folder, 'socket');
    const server = createServer().listen(socket);
    t.after(() => server.close());
    await new Promise((done) => server.once('listening', done));
    chmodSync(socket, 0o777);
    assert.equal(
      await run(world, 'cat /longshore/f', at(join(folder, 'file'), '/longshore/f')),
      'of the host\n',
    );
    assert.equal(
      await run(world, 'test -S /longshore.sock && echo socket', at(socket, '/longshore.sock')),
      'socket\n',
    );
    assert.equal(await run(world, `test -S "${socket}" && echo socket`, at(socket, socket)), 'socket\n');
  });

  test(`S-290: a source that is not there is made, by who the task is (${who})`, async (t) => {
    const world = await open(t);
    if (!world) return;
    const folder = folderFor(t);
    const source = join(folder, 'a', 'b');
    assert.equal(
      await run(world, 'stat -c %u /longshore; echo kept >/longshore/x', at(source, '/longshore')),
      `${'runAs' in more ? NOBODY.uid : process.getuid!()}\n`,
    );
    assert.equal(readFileSync(join(source, 'x'), 'utf8'), 'kept\n');
  });

  test(`a volume without a host path is the task’s own, and goes with it (${who})`, async (t) => {
    const world = await open(t);
    if (!world) return;
    const both = {
      ...at(undefined, '/longshore'),
      mountPoints: [
        { sourceVolume: 'v', containerPath: '/longshore' },
        { sourceVolume: 'v', containerPath: '/longshore-too' },
      ],
    };
    assert.equal(await run(world, 'echo x >/longshore/new; ls /longshore-too', both), 'new\n');
  });

  test(`S-315: a tmpfs has the size that was asked, and nothing of it stays (${who})`, async (t) => {
    const world = await open(t);
    if (!world) return;
    const folder = folderFor(t);
    const linuxParameters = { tmpfs: [{ containerPath: folder, size: 3, mountOptions: ['exec'] }] };
    const printed = await run(
      world,
      `df -k --output=size "${folder}" | tail -1 | tr -d " "; ls "${folder}"; echo x >"${folder}/new"`,
      { linuxParameters },
    );
    assert.equal(printed, '3072\n');
    assert.deepEqual(readdirSync(folder), ['file']);
    const wrong = { tmpfs: [{ containerPath: '/longshore', size: 3, mountOptions: ['no-such-option=1'] }] };
    assert.match(
      await refused(world, { linuxParameters: wrong }),
      /^CannotCreateContainerError: linuxParameters: /,
    );
  });

  test(`S-281: a read-only root: what is mounted can be written, nothing else (${who})`, async (t) => {
    const world = await open(t);
    if (!world) return;
    const [kept, other] = [folderFor(t), folderFor(t)];
    for (const path of [kept, '/longshore-v']) {
      const more = { ...at(kept, path), readonlyRootFilesystem: true };
      const script = `for f in here /tmp/x /longshore-x "${other}/x" "${path}/x"; do (echo x >"$f") 2>/dev/null && echo "$f"; done; echo x >/dev/null && echo null`;
      assert.equal(await run(world, script, more), `${path}/x\nnull\n`);
    }
    assert.deepEqual(readdirSync(other), ['file']);
  });

  test(`mounts may lie in one another, and over their own sources (${who})`, async (t) => {
    const world = await open(t);
    if (!world) return;
    const [outer, inner] = [folderFor(t), folderFor(t)];
    writeFileSync(join(inner, 'file'), 'inner\n');
    const volumes = [
      { name: 'i', host: { sourcePath: inner } },
      { name: 'o', host: { sourcePath: outer } },
    ];
    const nested = {
      volumes,
      mountPoints: [
        { sourceVolume: 'i', containerPath: '/longshore/in' },
        { sourceVolume: 'o', containerPath: '/longshore' },
      ],
    };
    assert.equal(await run(world, 'cat /longshore/file /longshore/in/file', nested), 'of the host\ninner\n');
    const swapped = {
      volumes,
      mountPoints: [
        { sourceVolume: 'i', containerPath: outer },
        { sourceVolume: 'o', containerPath: inner },
      ],
    };
    assert.equal(await run(world, `cat "${outer}/file" "${inner}/file"`, swapped), 'inner\nof the host\n');
    const hidden = {
      ...at(outer, '/longshore'),
      linuxParameters: { tmpfs: [{ containerPath: tmpdir(), size: 1 }] },
    };
    assert.equal(
      await run(
        world,
        `cat /longshore/file; ls -A ${tmpdir()} | grep -v ${world.dataDir.split('/').at(-1)}`,
        hidden,
      ),
      'of the host\n',
    );
  });

  test(`a program of a volume is found where the task sees it (${who})`, async (t) => {
    const world = await open(t);
    if (!world) return;
    const folder = folderFor(t);
    writeFileSync(join(folder, 'tool'), '#!/bin/sh\necho "tool in $PWD"\n', { mode: 0o755 });
    const environment = [
      { name: 'PATH', value: '/longshore/bin:/usr/bin:/bin' },
      { name: 'LONGSHORE_WORKDIR', value: '/longshore/bin' },
    ];
    const order = orderOf([], {
      container: containerOf(['tool'], { ...at(folder, '/longshore/bin'), environment }),
    });
    await world.engine.start([order]);
    await reaches(world, order.taskId, 'exited');
    assert.equal(world.output(order.taskId), 'tool in /longshore/bin\n');
  });

  test(`what cannot be mounted is a failed start that names the member and the path, quotes and all (${who})`, async (t) => {
    const world = await open(t);
    if (!world) return;
    const folder = folderFor(t);
    const path = `${join(folder, 'file')}/"in" a \\ file`;
    assert.equal(
      await refused(world, at(folder, path)),
      `CannotCreateContainerError: mountPoints: there is nothing to mount on at ${path}, and it cannot be made`,
    );
    assert.match(
      await refused(world, at(folder, '/etc/passwd')),
      /mountPoints: nothing can be mounted at \/etc\/passwd$/,
    );
    const next = await run(world, 'echo fine', at(folder, '/longshore'));
    assert.equal(next, 'fine\n');
  });

  test(`a task with mounts is stopped like any other, and its line goes on (${who})`, async (t) => {
    const world = await open(t);
    if (!world) return;
    const container = containerOf(
      ['sh', '-c', 'trap "exit 7" TERM; while :; do sleep 0.02; done'],
      at(folderFor(t), '/longshore'),
    );
    const first = orderOf([], { container });
    const second = orderOf(['sh', '-c', 'exit 3'], { after: first.taskId });
    await world.engine.start([first, second]);
    await reaches(world, first.taskId, 'running');
    await world.reopen();
    await world.engine.start([first, second]);
    for (;;) {
      await world.engine.stop(first.taskId, 60);
      if ((await world.engine.list()).find(({ taskId }) => taskId === first.taskId)?.kind === 'exited') break;
      await world.tick();
    }
    assert.equal((await reaches(world, second.taskId, 'exited')).exitCode, 3);
  });

  test(`--allow-mounts: no link leads out of an allowed folder, nor of one that stands for a file system (${who})`, async (t) => {
    const [allowed, other] = [folderFor(t), folderFor(t)];
    symlinkSync(other, join(allowed, 'out'));
    const world = await open(t, {
      permissions: { privileged: true, devices: true, mounts: [allowed] },
      efs: new Map([['fs-1', other]]),
    });
    if (!world) return;
    assert.equal(await run(world, 'cat /longshore/file', at(allowed, '/longshore')), 'of the host\n');
    assert.match(
      await refused(world, at(join(allowed, 'out'), '/longshore')),
      /mountPoints: .*\(--allow-mounts\)/,
    );
    assert.match(await refused(world, at(other, '/longshore')), /mountPoints: .*\(--allow-mounts\)/);
    const efs = (rootDirectory: string) => ({
      volumes: [{ name: 'v', efsVolumeConfiguration: { fileSystemId: 'fs-1', rootDirectory } }],
      mountPoints: [{ sourceVolume: 'v', containerPath: '/longshore' }],
    });
    assert.equal(await run(world, 'cat /longshore/file', efs('/')), 'of the host\n');
    symlinkSync('/etc', join(other, 'etc'));
    assert.match(await refused(world, efs('/etc')), /volumes: .* leads to \/etc, out of the folder/);
    assert.match(await refused(world, efs('/missing')), /volumes: .*missing.* is no folder/);
  });
}

test('--run-as: what the task’s user may not reach is not mounted for him', async (t) => {
  if (!isRoot) return t.skip('only root can run tasks as somebody else');
  const world = await openProcessWorld(t, { runAs: NOBODY });
  if (world.engine.mountWay === undefined) return t.skip('there are no user namespaces');
  const folder = folderFor(t);
  mkdirSync(join(folder, 'hidden', 'in'), { recursive: true });
  writeFileSync(join(folder, 'hidden', 'in', 'file'), 'secret', { mode: 0o644 });
  chmodSync(join(folder, 'hidden'), 0o700);
  assert.equal(
    await refused(world, at(join(folder, 'hidden', 'in'), '/longshore')),
    `CannotCreateContainerError: volumes: the volume ${join(folder, 'hidden', 'in')} cannot be made`,
  );
  assert.match(
    await refused(world, at(join(folder, 'hidden', 'in', 'file'), '/longshore')),
    /mountPoints: .* cannot be reached$/,
  );
  assert.match(await refused(world, { user: 'root' }), /^CannotCreateContainerError: user: .*--run-as/);
  assert.equal(
    await run(world, 'id -u; grep Cap /proc/self/status | grep -vc "0000000000000000"', {
      ...at(folder, '/longshore'),
      user: '65534:65534',
    }),
    '65534\n0\n',
  );
});

test('user: a server that is root runs a task as who its definition names, with mounts and without', async (t) => {
  if (!isRoot) return t.skip('only root can run tasks as somebody else');
  const world = await openProcessWorld(t);
  const folder = folderFor(t);
  chownSync(folder, 4242, 4243);
  for (const more of [{}, at(folder, '/longshore')]) {
    assert.equal(
      await run(world, 'id -u; id -G; echo x >$HOME/file && pwd | sed s,.*/,,', {
        ...more,
        user: '4242:4243',
      }),
      '4242\n4243\nwork\n',
    );
  }
  assert.match(
    await refused(world, { user: 'no-such-user' }),
    /^CannotCreateContainerError: user: there is no user or group 'no-such-user'/,
  );
});

test('J-316: secrets are variables of the task’s, and nobody else reads them', async (t) => {
  const file = join(folderFor(t), 'secrets.json');
  writeFileSync(file, JSON.stringify({ pass: "it's $secret" }), { mode: 0o600 });
  const world = await openProcessWorld(t, { secretsFile: file });
  const order = orderOf([], {
    container: containerOf(['sh', '-c', 'echo "$PASS"'], { secrets: [{ name: 'PASS', valueFrom: 'pass' }] }),
  });
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'exited');
  assert.equal(world.output(order.taskId), "it's $secret\n");
  const reason = await refused(world, { secrets: [{ name: 'X', valueFrom: 'missing' }] });
  assert.equal(
    reason,
    'ResourceInitializationError: unable to pull secrets or registry auth: no secret missing',
  );
});

test('GPUs are counted and pinned by number, and a later server knows whose they are', async (t) => {
  const world = await openProcessWorld(t, { gpus: 3 });
  const gate = join(folderFor(t), 'gate');
  const script = `echo "$CUDA_VISIBLE_DEVICES $NVIDIA_VISIBLE_DEVICES"; while ! [ -e "${gate}" ]; do sleep 0.02; done`;
  const order = (count: number, after?: string) =>
    orderOf([], {
      container: containerOf(['sh', '-c', script], {
        resourceRequirements: [{ type: 'GPU', value: String(count) }],
      }),
      ...(after !== undefined && { after }),
    });
  const first = order(2);
  const next = order(2, first.taskId);
  await world.engine.start([first, next]);
  await reaches(world, first.taskId, 'running');
  await world.reopen();
  await world.engine.list();
  const other = order(1);
  await world.engine.start([other, next]);
  await reaches(world, other.taskId, 'running');
  writeFileSync(gate, '');
  for (const { taskId } of [first, next, other]) await reaches(world, taskId, 'exited');
  assert.deepEqual(
    [first, next, other].map(({ taskId }) => world.output(taskId)),
    ['0,1 0,1\n', '0,1 0,1\n', '2 2\n'],
  );
  assert.match(
    await refused(world, { resourceRequirements: [{ type: 'GPU', value: '4' }] }),
    /^CannotCreateContainerError: resourceRequirements: this server has 3 GPUs/,
  );
});
