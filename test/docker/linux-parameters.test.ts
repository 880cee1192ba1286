import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { reaches } from '../contract/engine-suite.ts';
import { later } from '../support/cli.ts';
import { importImage, privateDaemon } from './daemon.ts';
import { inside, openDockerWorld, run, script } from './world.ts';

test('J-315: shared memory, tmpfs with options, and an init', async (t) => {
  const output = await inside(
    t,
    'df -m /dev/shm | tail -1 | tr -s " " | cut -d" " -f2; mount | grep " /scratch "; cat /proc/1/comm',
    {
      linuxParameters: {
        sharedMemorySize: 9,
        initProcessEnabled: true,
        tmpfs: [{ containerPath: '/scratch', size: 5, mountOptions: ['noexec', 'mode=700'] }],
      },
    },
  );
  const [shm, scratch, first] = output.split('\n');
  assert.equal(shm, '9');
  assert.match(scratch!, /tmpfs .*noexec/);
  assert.match(scratch!, /size=5120k/);
  assert.match(scratch!, /mode=700/);
  assert.match(first!, /init|tini/);
});

test('J-315: a device is there under its own name or another, with the rights it was given', async (t) => {
  const devices = [
    { hostPath: '/dev/loop-control', containerPath: '/dev/mine', permissions: ['READ'] },
    { hostPath: '/dev/fuse', permissions: [] },
  ];
  const output = await inside(
    t,
    '(: < /dev/mine) && echo read; (: > /dev/mine) 2>/dev/null || echo not written; ls /dev/fuse',
    { linuxParameters: { devices } },
  );
  assert.equal(output, 'read\nnot written\n/dev/fuse');
});

const MEBIBYTE = 1_048_576;
const MEMORY_CGROUP = '/sys/fs/cgroup/memory';
const IS_CGROUP2 = existsSync('/sys/fs/cgroup/cgroup.controllers');
const NO_SWAP_LIMIT =
  !IS_CGROUP2 &&
  !existsSync(`${MEMORY_CGROUP}/memory.memsw.limit_in_bytes`) &&
  'the kernel limits no swap here';
const NO_SWAPPINESS = IS_CGROUP2 && 'cgroup v2 has no swappiness of its own';
const hostSwappiness = () => Number(readFileSync('/proc/sys/vm/swappiness', 'utf8'));

for (const [linuxParameters, swap, swappiness] of [
  [{ maxSwap: 0 }, 0, undefined],
  [{ maxSwap: 32, swappiness: 10 }, 32, 10],
  [{ maxSwap: 32, swappiness: 0 }, 32, 0],
  // without maxSwap swappiness says nothing, and there is as much swap as memory
  [{ swappiness: 10 }, 64, undefined],
] as const) {
  const title = `J-315: within ${JSON.stringify(linuxParameters)}, beside 64 MiB of memory,`;

  test(`${title} there are ${swap} MiB of swap`, { skip: NO_SWAP_LIMIT }, async (t) => {
    const [file, expected] = IS_CGROUP2
      ? ['/sys/fs/cgroup/memory.swap.max', swap]
      : [`${MEMORY_CGROUP}/memory.memsw.limit_in_bytes`, 64 + swap];
    assert.equal(
      await inside(t, `cat ${file}`, { memory: 64, linuxParameters }),
      String(expected * MEBIBYTE),
    );
  });

  test(`${title} swappiness is ${swappiness ?? 'the host’s'}`, { skip: NO_SWAPPINESS }, async (t) => {
    const seen = await inside(t, `cat ${MEMORY_CGROUP}/memory.swappiness`, { memory: 64, linuxParameters });
    assert.equal(Number(seen), swappiness ?? hostSwappiness());
  });
}

const gpus = (value: string) => ({ resourceRequirements: [{ type: 'GPU', value }] });

test('J-312: where there is no GPU the start fails with the daemon’s words', async (t) => {
  const world = await openDockerWorld(t);
  const order = script('true', gpus('2'));
  await world.engine.start([order]);
  const { reason } = await reaches(world, order.taskId, 'failed');
  assert.match(
    reason,
    /^CannotStartContainerError: Error response from daemon: could not select device driver/,
  );
});

test('J-312: a job sees the GPUs that are its own, by number, and the runtime is asked for them', async (t) => {
  const bin = mkdtempSync(join(tmpdir(), 'longshore-gpus-'));
  later(t, () => rmSync(bin, { recursive: true }));
  // what gives GPUs to containers: the daemon looks for it at its start, and has it called before each container's
  const hook = join(bin, 'nvidia-container-runtime-hook');
  writeFileSync(hook, `#!/bin/sh\necho "$1" >> ${bin}/asked\ncat > /dev/null\n`);
  chmodSync(hook, 0o755);
  const daemon = privateDaemon(bin);
  later(t, () => daemon.destroy());
  await daemon.start();
  importImage(daemon.host);
  const world = await openDockerWorld(t, { host: daemon.host });
  const holds = script('sleep 600', { ...gpus('2'), linuxParameters: { initProcessEnabled: true } });
  await world.engine.start([holds]);
  await reaches(world, holds.taskId, 'running');
  const seen = async (value: string) =>
    (await run(world, script('echo "$NVIDIA_VISIBLE_DEVICES"', gpus(value)))).output;
  assert.equal(await seen('3'), '2,3,4\n');
  await world.engine.stop(holds.taskId, 0);
  await reaches(world, holds.taskId, 'exited');
  assert.equal(await seen('1'), '0\n');
  assert.equal((await run(world, script('echo "[$NVIDIA_VISIBLE_DEVICES]"'))).output, '[]\n');
  assert.equal(readFileSync(join(bin, 'asked'), 'utf8'), 'prestart\n'.repeat(3));
});
