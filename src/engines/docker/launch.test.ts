import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ContainerSpec } from '../../domain/container.ts';
import type { Timers } from '../../lib/clock.ts';
import type { StartOrder } from '../engine.ts';
import type { DaemonApi } from './api.ts';
import { DaemonRefusal, NoAnswer } from './client.ts';
import { type Gate, Launcher, type LaunchSettings } from './launch.ts';
import { EVERYTHING, membersFor } from './members.ts';
import type { Networks } from './networks.ts';
import type { Inspected } from './outcome.ts';
import { PullFailed, type Pulls } from './pulls.ts';

const ORDER: StartOrder = {
  taskId: '1'.repeat(32),
  jobId: 'j',
  attempt: 1,
  container: {
    image: 'busybox',
    command: [],
    environment: [],
    resourceRequirements: [],
    volumes: [],
    mountPoints: [],
    ulimits: [],
    secrets: [],
  },
  serviceEnvironment: {},
  preamble: [],
};

const withContainer = (more: Partial<ContainerSpec>): StartOrder => ({
  ...ORDER,
  container: { ...ORDER.container, ...more },
});

const OPEN: Gate = { isShut: () => false, starting: () => {}, gpus: () => [] };

/** Pauses are over at once. */
const timers: Timers = {
  after: (_, fn) => {
    const pending = setImmediate(fn);
    return () => clearImmediate(pending);
  },
  soon: (fn) => void setImmediate(fn),
};

const NO_NETWORKS = { attachmentOf: async () => undefined } as Partial<Networks> as Networks;

const launcherOf = (
  api: Partial<DaemonApi>,
  pull: () => Promise<void> = async () => {},
  more: Partial<LaunchSettings> = {},
): Launcher =>
  new Launcher(api as DaemonApi, { pull } as Partial<Pulls> as Pulls, NO_NETWORKS, {
    timers,
    dataId: 'd',
    bootId: 'b',
    network: 'none',
    rules: membersFor(EVERYTHING),
    mounts: undefined,
    pull: 'absent',
    secretsFile: undefined,
    ...more,
  });

const ABSENT = new DaemonRefusal(404, 'No such image: busybox');

test('a link that is swapped while the image is pulled is refused: each create looks anew', async (t) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'longshore-launch-')));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'allowed/data');
  mkdirSync(path, { recursive: true });
  let creates = 0;
  const create = async () => {
    creates++;
    throw ABSENT;
  };
  const swap = async () => {
    rmSync(path, { recursive: true });
    symlinkSync('/root', path);
  };
  const launcher = launcherOf({ create }, swap, { mounts: [join(folder, 'allowed')] });
  const launched = await launcher.launch(
    withContainer({ volumes: [{ name: 'v', host: { sourcePath: path } }] }),
    OPEN,
  );
  assert.equal(launched.kind, 'failed');
  assert.match(
    'reason' in launched ? launched.reason : '',
    /^CannotCreateContainerError: mountPoints: .* leads to /,
  );
  assert.equal(creates, 1);
});

/** What the daemon says of a container in this state. */
const inspected = (status: 'created' | 'running'): Inspected => ({
  Id: 'c',
  Created: '2026-01-01T13:00:00Z',
  State: {
    Status: status,
    Error: '',
    ExitCode: 0,
    OOMKilled: false,
    StartedAt: status === 'created' ? '0001-01-01T00:00:00Z' : '2026-01-01T13:00:01Z',
    FinishedAt: '0001-01-01T00:00:00Z',
  },
  Config: { Labels: { 'longshore.task': ORDER.taskId } },
  HostConfig: { LogConfig: { Type: 'json-file' } },
});

const LATE = new NoAnswer('no answer in 180 s', true);

/** A daemon whose start is not answered in time; of each removal it says the next of `removals`, then that it is done. */
const hanging = (removals: readonly Error[], state: () => 'created' | 'running' = () => 'created') => {
  const said: string[] = [];
  const left = [...removals];
  const api: Partial<DaemonApi> = {
    create: async () => 'c',
    start: async () => {
      throw LATE;
    },
    inspect: async () => inspected(state()),
    remove: async () => {
      const no = left.shift();
      said.push(no ? 'not removed' : 'removed');
      if (no) throw no;
    },
  };
  return { api, said };
};

test('J-183: a start that hangs is told as failed when its container is known to be gone, not before', async () => {
  const { api, said } = hanging([
    LATE,
    new DaemonRefusal(500, 'busy'),
    new DaemonRefusal(409, 'in progress'),
  ]);
  const launched = await launcherOf(api).launch(ORDER, OPEN);
  assert.deepEqual(launched, {
    kind: 'failed',
    reason: 'DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s',
  });
  assert.deepEqual(said, ['not removed', 'not removed', 'not removed', 'removed']);
});

test('a container that begins after all, while it is being undone, has begun', async () => {
  let looks = 0;
  const { api } = hanging([new DaemonRefusal(409, 'cannot remove a running container')], () =>
    looks++ === 0 ? 'created' : 'running',
  );
  assert.deepEqual(await launcherOf(api).launch(ORDER, OPEN), { kind: 'begun', container: 'c' });
});

test('starts that hang leave the others their turn', async () => {
  const { api } = hanging([]);
  const stuck = new Promise<void>(() => {});
  const start = (id: string) => (id === 'good' ? Promise.resolve() : Promise.reject(LATE));
  let made = 0;
  const create = async () => (made++ < 20 ? 'c' : 'good');
  const launcher = launcherOf({ ...api, create, start, remove: () => stuck });
  for (let i = 0; i < 20; i++) void launcher.launch(ORDER, OPEN);
  assert.deepEqual(await launcher.launch(ORDER, OPEN), { kind: 'begun', container: 'good' });
});

test('a name that is taken by a container that nobody finds is asked for again: it is being made, or removed', async () => {
  let creates = 0;
  const launcher = launcherOf({
    create: async () => {
      if (++creates < 3) throw new DaemonRefusal(409, 'the container name is already in use');
      return 'c';
    },
    inspect: async () => {
      throw new DaemonRefusal(404, 'No such container');
    },
    start: async () => {},
  });
  assert.deepEqual(await launcher.launch(ORDER, OPEN), { kind: 'begun', container: 'c' });
});

const MISSING = 'Error response from daemon: manifest for busybox not found: manifest unknown';

test('J-181: an image that cannot be pulled fails the start with the daemon’s own words behind the service’s', async () => {
  const create = async () => {
    throw ABSENT;
  };
  const pull = async () => {
    throw new PullFailed(MISSING);
  };
  assert.deepEqual(await launcherOf({ create }, pull).launch(ORDER, OPEN), {
    kind: 'failed',
    reason: `CannotPullContainerError: ${MISSING}`,
  });
});

test('J-181: an image that is absent and never pulled, or whose name is none, fails so too', async () => {
  for (const [no, words] of [
    [ABSENT, 'No such image: busybox'],
    [new DaemonRefusal(400, 'invalid reference format'), 'invalid reference format'],
  ] as const) {
    const create = async () => {
      throw no;
    };
    const pull = async () => assert.fail('nothing is pulled');
    assert.deepEqual(await launcherOf({ create }, pull, { pull: 'never' }).launch(ORDER, OPEN), {
      kind: 'failed',
      reason: `CannotPullContainerError: Error response from daemon: ${words}`,
    });
  }
});
