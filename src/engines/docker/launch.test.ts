import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspectedOf, NEVER } from '../../../test/support/docker-stand-in.ts';
import { containerOf, orderOf } from '../../../test/support/orders.ts';
import type { ContainerSpec } from '../../domain/container.ts';
import type { Timers } from '../../lib/clock.ts';
import type { StartOrder } from '../engine.ts';
import { EVERYTHING } from '../mounts.ts';
import { DaemonRefusal, NoAnswer } from './answers.ts';
import type { DaemonApi } from './api.ts';
import { Launcher, type LaunchSettings } from './launch.ts';
import type { Networks } from './networks.ts';
import type { Inspected } from './outcome.ts';
import { PullFailed } from './pull.ts';
import type { Pulls } from './pulls.ts';
import { supportFor } from './support.ts';
import type { Ticket } from './ticket.ts';
import { WaitReasons } from './wait-reasons.ts';

const ORDER = orderOf([]);

const withContainer = (more: Partial<ContainerSpec>): StartOrder => ({
  ...ORDER,
  container: containerOf([], more),
});

const OPEN: Ticket = {
  isVoid: () => false,
  isLeft: () => false,
  starting: () => {},
  gpus: () => [],
  whileWaiting: (_, act) => act(),
};

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
    rules: supportFor(EVERYTHING),
    efs: new Map(),
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
    withContainer({
      volumes: [{ name: 'v', host: { sourcePath: path } }],
      mountPoints: [{ sourceVolume: 'v', containerPath: '/v' }],
    }),
    OPEN,
  );
  assert.equal(launched.kind, 'failed');
  assert.match(
    'reason' in launched ? launched.reason : '',
    /^CannotCreateContainerError: mountPoints: .* leads to .*\(--allow-mounts\)$/,
  );
  assert.equal(creates, 1);
});

/** What the daemon says of a container in this state. */
const inspected = (status: 'created' | 'running'): Inspected =>
  inspectedOf({ Status: status, ...(status === 'created' && { StartedAt: NEVER }) });

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

test('an order that is recalled while its container is looked at begins nothing, and the container is left to be removed', async () => {
  let isVoid = false;
  const launcher = launcherOf({
    create: async () => {
      throw new DaemonRefusal(409, 'the container name is already in use');
    },
    inspect: async () => {
      isVoid = true;
      return inspected('created');
    },
    start: async () => assert.fail('it was recalled'),
  });
  const starting = () => assert.fail('it was recalled');
  assert.deepEqual(await launcher.launch(ORDER, { ...OPEN, isVoid: () => isVoid, starting }), {
    kind: 'void',
    container: 'c',
  });
});

test('containers that are there and cannot be looked at leave the others their turn', {
  timeout: 5000,
}, async () => {
  let creates = 0;
  const launcher = launcherOf({
    create: async () => {
      if (creates++ < 20) throw new DaemonRefusal(409, 'the container name is already in use');
      return 'good';
    },
    inspect: () => new Promise(() => {}),
    start: async () => {},
  });
  for (let i = 0; i < 20; i++) void launcher.launch(ORDER, OPEN);
  assert.deepEqual(await launcher.launch(ORDER, OPEN), { kind: 'begun', container: 'good' });
});

const GONE = new NoAnswer('nobody listens');
const BROKEN = new DaemonRefusal(500, 'panic');

/** Rejects with one after the other, then gives what is last. */
const inTurn = (noes: readonly Error[]) => {
  const left = [...noes];
  return async () => {
    const no = left.shift();
    if (no) throw no;
    return 'c';
  };
};

for (const [what, creates, starts] of [
  ['an image that is not here', [GONE, GONE, GONE, GONE, ABSENT], []],
  ['a fault at the create', [GONE, GONE, GONE, GONE, BROKEN], []],
  ['a fault at the start', [], [GONE, GONE, GONE, GONE, BROKEN]],
  ['three faults at the create and images that go', [BROKEN, ABSENT, BROKEN, ABSENT, BROKEN, ABSENT], []],
] as const) {
  test(`a daemon that was away is asked as often as any other after ${what}`, async () => {
    const start = inTurn(starts);
    const launcher = launcherOf({
      create: inTurn(creates),
      start: async () => void (await start()),
      inspect: async () => inspected('created'),
    });
    assert.deepEqual(await launcher.launch(ORDER, OPEN), { kind: 'begun', container: 'c' });
  });
}

test('a daemon that answers 5xx to each create, or start, is asked four times', async () => {
  for (const step of ['create', 'start'] as const) {
    let asked = 0;
    const broken = async () => {
      asked++;
      throw BROKEN;
    };
    const api = { create: async () => 'c', inspect: async () => inspected('created'), [step]: broken };
    const launched = await launcherOf(api).launch(ORDER, OPEN);
    assert.deepEqual([launched.kind, asked], ['failed', 4]);
  }
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

test('J-182: a start that the daemon failed is told as the daemon keeps it, whoever asks', async () => {
  const kept = inspectedOf({ Status: 'created', Error: 'no such program', StartedAt: NEVER });
  const start = async () => {
    throw new DaemonRefusal(400, 'no such program');
  };
  const api = { create: async () => 'c', start, inspect: async () => kept };
  assert.deepEqual(await launcherOf(api).launch(ORDER, OPEN), { kind: 'unstarted', inspected: kept });
});

/** What is told, each time that it changes, why the job waits. */
const noting = (): { ticket: Ticket; told: (string | undefined)[]; look: () => void } => {
  const told: (string | undefined)[] = [];
  const waits = new WaitReasons();
  const look = () => {
    const why = waits.of(ORDER.jobId);
    if (told.length === 0 || told.at(-1) !== why) told.push(why);
  };
  return { ticket: { ...OPEN, whileWaiting: (why, act) => waits.during(ORDER, why, act) }, told, look };
};

test('a job whose daemon is away says so, before its create and after its start, and then says nothing', async () => {
  const { ticket, told, look } = noting();
  const [gone, broken] = [new NoAnswer('nobody listens'), new DaemonRefusal(500, 'panic')];
  const answers = [gone, broken, 'c', gone, 'late'];
  const ask = async () => {
    look();
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next as string;
  };
  const start = async () => {
    await ask();
  };
  const inspect = async () => {
    await ask();
    return inspected('running');
  };
  const launched = await launcherOf({ create: ask, start, inspect }).launch(ORDER, ticket);
  assert.equal(launched.kind, 'begun');
  look();
  assert.deepEqual(told, [
    'waits for the Docker daemon to make its container',
    'waits for the Docker daemon: nobody listens',
    'waits for the Docker daemon: Error response from daemon: panic',
    'waits for the Docker daemon to start its container',
    'waits for the Docker daemon to say what became of its container',
    undefined,
  ]);
});
