import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ContainerSpec } from '../../domain/container.ts';
import type { Timers } from '../../lib/clock.ts';
import type { StartOrder } from '../engine.ts';
import type { DaemonApi } from './api.ts';
import { DaemonRefusal } from './client.ts';
import { type Gate, Launcher, type LaunchSettings } from './launch.ts';
import { EVERYTHING, membersFor } from './members.ts';
import type { Networks } from './networks.ts';
import type { Pulls } from './pulls.ts';

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
