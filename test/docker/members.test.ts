import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import type { ContainerSpec } from '../../src/domain/container.ts';
import { reaches, stateOf, until } from '../contract/engine-suite.ts';
import { containerOf, orderOf } from '../support/orders.ts';
import { docker, IMAGE, importImage } from './daemon.ts';
import { containersOf, inside, openDockerWorld, run, script } from './world.ts';

const IS_CGROUP2 = existsSync('/sys/fs/cgroup/cgroup.controllers');

/** A folder of the host, gone with the test. */
const folderFor = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-mount-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** An image with an entrypoint and a command of its own. */
const WITH_ENTRYPOINT = 'longshore-test:entrypoint';
before(() =>
  importImage(undefined, WITH_ENTRYPOINT, ['ENTRYPOINT ["echo", "entry"]', 'CMD ["of", "image"]']),
);
after(() => docker(['rmi', '-f', WITH_ENTRYPOINT]));

test('J-305 S-270: command is the container’s Cmd: the entrypoint stays, without one the image’s counts', async (t) => {
  const world = await openDockerWorld(t);
  const of = (command: readonly string[]) =>
    orderOf([], { container: containerOf(command, { image: WITH_ENTRYPOINT }) });
  assert.equal((await run(world, of(['given', '$HOME']))).output, 'entry given $HOME\n');
  assert.equal((await run(world, of([]))).output, 'entry of image\n');
});

test('J-118 S-271: the environment is the image’s, the container’s over it, the service’s over all', async (t) => {
  const world = await openDockerWorld(t);
  const order = script(
    'echo "$FROM_IMAGE $BOTH [$EMPTY] $ODD $AWS_BATCH_JOB_ID"',
    {
      environment: [
        { name: 'BOTH', value: 'definition' },
        { name: 'EMPTY' },
        { name: 'ODD', value: 'a=b "ü" \\ $x' },
        { name: 'AWS_BATCH_JOB_ID', value: 'forged' },
      ],
    },
    { jobVariables: { AWS_BATCH_JOB_ID: 'real' } },
  );
  assert.equal((await run(world, order)).output, 'yes definition [] a=b "ü" \\ $x real\n');
});

test('J-307 S-285: each vCPU is 1,024 CPU shares, fractions too', async (t) => {
  // cgroup v2 has a weight instead, which runc makes of the shares
  const weight = (shares: number) => String(1 + Math.floor(((shares - 2) * 9999) / 262_142));
  const cpu = 'cat /sys/fs/cgroup/cpu.weight /sys/fs/cgroup/cpu/cpu.shares 2>/dev/null';
  for (const [container, shares] of [
    [{ vcpus: 3 }, 3072],
    [{ resourceRequirements: [{ type: 'VCPU', value: '0.25' }] }, 256],
    [{ resourceRequirements: [{ type: 'VCPU', value: '1000' }] }, 262_144],
  ] as const) {
    assert.equal(await inside(t, cpu, container), IS_CGROUP2 ? weight(shares) : String(shares));
  }
});

test('J-306 S-278 J-180: memory is a hard limit in MiB; who exceeds it ends with 137 and the reason', async (t) => {
  const limit = 'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null';
  assert.equal(await inside(t, limit, { memory: 64 }), String(64 * 1_048_576));
  const world = await openDockerWorld(t);
  const { report } = await run(world, script('exec tail /dev/zero', { memory: 16 }));
  assert.deepEqual(
    [report.exitCode, report.reason],
    [137, 'OutOfMemoryError: Container killed due to memory usage'],
  );
});

test('S-277: the least memory that the service takes, 4 MiB, runs', async (t) => {
  assert.equal(await inside(t, 'echo ran', { memory: 4 }), 'ran');
});

test('S-289 S-290 S-336: a host path is seen, made when it is missing, and read-only when it says so', async (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, 'there'), 'seen');
  const volumes = [
    { name: 'a', host: { sourcePath: folder } },
    { name: 'b', host: { sourcePath: join(folder, 'made/deep') } },
  ];
  const output = await inside(
    t,
    'cat /in/there; (echo no > /in/new) 2>/dev/null || echo " read-only"; echo written > /out/file',
    {
      volumes,
      mountPoints: [
        { sourceVolume: 'a', containerPath: '/in', readOnly: true },
        { sourceVolume: 'b', containerPath: '/out' },
      ],
    },
  );
  assert.equal(output, 'seen read-only');
  assert.equal(readFileSync(join(folder, 'made/deep/file'), 'utf8'), 'written\n');
});

test('an operator’s folders stand for EFS file systems: the root directory within, an access point’s own (S-289)', async (t) => {
  const folder = folderFor(t);
  for (const name of ['fs/data', 'point']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'fs/data/there'), 'seen');
  const efs = new Map([
    ['fs-01', join(folder, 'fs')],
    ['fs-01:fsap-01', join(folder, 'point')],
  ]);
  const world = await openDockerWorld(t, { efs });
  const order = script('cat /data/there; echo written > /point/file', {
    volumes: [
      { name: 'a', efsVolumeConfiguration: { fileSystemId: 'fs-01', rootDirectory: '/../data' } },
      {
        name: 'b',
        efsVolumeConfiguration: {
          fileSystemId: 'fs-01',
          transitEncryption: 'ENABLED',
          authorizationConfig: { accessPointId: 'fsap-01' },
        },
      },
    ],
    mountPoints: [
      { sourceVolume: 'a', containerPath: '/data' },
      { sourceVolume: 'b', containerPath: '/point' },
    ],
  });
  const { report, output } = await run(world, order);
  assert.deepEqual([report.exitCode, output], [0, 'seen']);
  assert.equal(readFileSync(join(folder, 'point/file'), 'utf8'), 'written\n');
});

test('LONGSHORE_WORKDIR is where a container begins, and not one of its variables', async (t) => {
  const environment = [{ name: 'LONGSHORE_WORKDIR', value: '/etc' }];
  assert.equal(await inside(t, 'echo "$PWD <$LONGSHORE_WORKDIR>"', { environment }), '/etc <>');
});

test('J-308 S-291: a volume without a host path is shared by its mount points and goes with its task', async (t) => {
  const world = await openDockerWorld(t);
  const order = script('echo x > /one/f; cat /two/f; mount | grep -c " /three "', {
    volumes: [{ name: 'v' }],
    mountPoints: [
      { sourceVolume: 'v', containerPath: '/one' },
      { sourceVolume: 'v', containerPath: '/two', readOnly: true },
      { containerPath: '/three' },
    ],
  });
  assert.equal((await run(world, order)).output, 'x\n1\n');
  const volumes = () => docker(['volume', 'ls', '-q', '--filter', `label=longshore.data=${world.dataId}`]);
  assert.notEqual(volumes(), '');
  await world.engine.forget([order.taskId]);
  while (containersOf(world.dataId).length > 0) await world.tick();
  await world.reopen();
  await until(world, 'no volumes', async () => volumes() === '' || undefined);
});

/** As the kernel calls them, each with a soft and a hard limit that is not its own. */
const LIMITS: readonly (readonly [string, string, number, number])[] = [
  ['core', 'Max core file size', 1000, 2000],
  ['cpu', 'Max cpu time', 1001, 2001],
  ['data', 'Max data size', 1_000_000_002, 2_000_000_002],
  ['fsize', 'Max file size', 1_000_000_003, 2_000_000_003],
  ['locks', 'Max file locks', 104, 204],
  ['memlock', 'Max locked memory', 10_005, 20_005],
  ['msgqueue', 'Max msgqueue size', 106, 206],
  ['nice', 'Max nice priority', 0, 0],
  ['nofile', 'Max open files', 101, 202],
  ['nproc', 'Max processes', 1008, 2008],
  ['rss', 'Max resident set', 1_000_000_009, 2_000_000_009],
  ['rtprio', 'Max realtime priority', 0, 0],
  ['rttime', 'Max realtime timeout', 1_000_010, 2_000_010],
  ['sigpending', 'Max pending signals', 111, 211],
  ['stack', 'Max stack size', 4_194_304, 8_388_608],
];

test('J-309 S-282 S-340: ulimits are set, soft and hard, under each of their names', async (t) => {
  const ulimits = LIMITS.map(([name, , softLimit, hardLimit]) => ({ name, softLimit, hardLimit }));
  const limits = await inside(t, 'cat /proc/self/limits', { ulimits });
  for (const [, title, soft, hard] of LIMITS) {
    assert.match(limits, new RegExp(`^${title} +${soft} +${hard}\\b`, 'm'));
  }
});

test('J-310 S-280: privileged gives all capabilities, and only then', async (t) => {
  const capabilities = 'grep CapEff /proc/self/status | cut -f2';
  assert.equal(await inside(t, capabilities), '00000000a80425fb');
  const world = await openDockerWorld(t);
  const order = script(capabilities, { privileged: true });
  await world.engine.start([order]);
  const report = await until(world, 'an end', async () => {
    const found = await stateOf(world, order.taskId);
    return found?.kind === 'exited' || found?.kind === 'failed' ? found : undefined;
  });
  const [id] = containersOf(world.dataId);
  assert.equal(docker(['inspect', '-f', '{{.HostConfig.Privileged}}', id!]), 'true');
  if (report.kind === 'exited') assert.match(world.output(order.taskId)!, /^0000003f|^000001f/);
  else
    assert.match(
      report.reason,
      /unable to apply caps/,
      'a machine that is a container itself may not give them',
    );
});

for (const [user, seen] of [
  ['guest', '1234 4321'],
  ['1234', '1234 4321'],
  ['5555', '5555 0'],
  ['guest:wheel', '1234 77'],
  ['1:77', '1 77'],
] as const) {
  test(`J-311 S-283: user ${user} runs as ${seen}`, async (t) => {
    assert.equal(await inside(t, 'echo $(id -u) $(id -g)', { user }), seen);
  });
}

test('J-310 S-281: a read-only root cannot be written, without the member it can', async (t) => {
  const write = 'touch /tmp/x 2>/dev/null && echo written || echo refused';
  assert.equal(await inside(t, write, { readonlyRootFilesystem: true }), 'refused');
  assert.equal(await inside(t, write), 'written');
});

test('J-317 J-322: json-file and awslogs are read, none keeps nothing', async (t) => {
  const driver = (logDriver: string, options = {}) =>
    inside(t, 'echo printed', { logConfiguration: { logDriver, options } });
  assert.equal(await driver('json-file', { 'max-size': '10m' }), 'printed');
  assert.equal(await driver('awslogs', { 'awslogs-group': 'mine' }), 'printed');
  assert.equal(await driver('none'), '');
});

test('J-182: a start that fails by its log’s options is told in the daemon’s words, alone in its log', async (t) => {
  const world = await openDockerWorld(t);
  const logConfiguration = { logDriver: 'json-file', options: { 'max-size': 'plenty' } };
  const order = script('true', { logConfiguration });
  await world.engine.start([order]);
  const { reason } = await reaches(world, order.taskId, 'failed');
  assert.match(reason, /^CannotStartContainerError: Error response from daemon: .*logging driver.*'plenty'/);
  assert.equal(world.output(order.taskId), `${reason}\n`);
});

for (const logDriver of ['syslog', 'journald', 'gelf', 'fluentd', 'splunk', 'awsfirelens']) {
  test(`J-317 J-183: ${logDriver} fails before anything runs, and says what can be had`, async (t) => {
    const world = await openDockerWorld(t);
    const order = script('true', { logConfiguration: { logDriver } });
    await world.engine.start([order]);
    const { reason } = await reaches(world, order.taskId, 'failed');
    assert.match(
      reason,
      /^CannotCreateContainerError: logConfiguration: logDriver can be json-file, none, awslogs/,
    );
    assert.deepEqual(containersOf(world.dataId), []);
    assert.match(world.output(order.taskId)!, /logDriver can be/);
  });
}

test('J-316: secrets become variables, read anew for each task; a missing one is a failure to start', async (t) => {
  const secretsFile = join(folderFor(t), 'secrets.json');
  writeFileSync(secretsFile, '{"db": "first"}');
  const world = await openDockerWorld(t, { secretsFile });
  const order = (valueFrom: string) =>
    script('echo "$PASSWORD"', { secrets: [{ name: 'PASSWORD', valueFrom }] });
  assert.equal((await run(world, order('db'))).output, 'first\n');
  writeFileSync(secretsFile, '{"db": "second"}');
  assert.equal((await run(world, order('db'))).output, 'second\n');
  const missing = order('nobody');
  await world.engine.start([missing]);
  const { reason } = await reaches(world, missing.taskId, 'failed');
  assert.match(
    reason,
    /^ResourceInitializationError: unable to pull secrets or registry auth: no secret nobody/,
  );
});

test('a secret and a variable of one name fail the start, which names it: neither wins over the other', async (t) => {
  const world = await openDockerWorld(t);
  const [secret, variable] = [
    { name: 'PASSWORD', valueFrom: 'db' },
    { name: 'PASSWORD', value: 'mine' },
  ];
  for (const clash of [{ secrets: [secret], environment: [variable] }, { secrets: [secret, secret] }]) {
    const order = script('true', clash);
    await world.engine.start([order]);
    const { reason } = await reaches(world, order.taskId, 'failed');
    assert.match(reason, /^CannotCreateContainerError: secrets: .* must be unique .*such as 'PASSWORD'\.$/);
  }
  assert.deepEqual(containersOf(world.dataId), []);
});

test('a variable without a value, or with an empty one, is there and empty', async (t) => {
  assert.equal(
    await inside(t, 'env | grep ^MY_', { environment: [{ name: 'MY_A' }, { name: 'MY_B', value: '' }] }),
    'MY_A=\nMY_B=',
  );
});

test('J-318: both streams are one, and network host is the host’s', async (t) => {
  assert.equal(await inside(t, 'echo out; sleep 0.1; echo err >&2'), 'out\nerr');
  const world = await openDockerWorld(t, { network: 'host' });
  const { output } = await run(world, script('readlink /proc/self/ns/net'));
  assert.equal(
    output.trim(),
    docker(['run', '--rm', '--network', 'host', IMAGE, 'readlink', '/proc/self/ns/net']),
  );
});

const REFUSED: readonly (readonly [string, Partial<ContainerSpec>, RegExp])[] = [
  ['privileged', { privileged: true }, /privileged: .*--refuse privileged/],
  ['devices', { linuxParameters: { devices: [{ hostPath: '/dev/zero' }] } }, /--refuse devices/],
  [
    'a mount',
    {
      volumes: [{ name: 'v', host: { sourcePath: '/etc' } }],
      mountPoints: [{ sourceVolume: 'v', containerPath: '/x' }],
    },
    /mountPoints: this server lets jobs mount/,
  ],
];

for (const [what, container, why] of REFUSED) {
  test(`an operator can refuse ${what}: the attempt fails before anything runs`, async (t) => {
    const world = await openDockerWorld(t, {
      permissions: { privileged: false, devices: false, mounts: ['/nowhere'] },
    });
    const order = script('true', container);
    await world.engine.start([order]);
    assert.match((await reaches(world, order.taskId, 'failed')).reason, why);
    assert.deepEqual(containersOf(world.dataId), []);
  });
}

for (const [what, sourcePath, isAllowed] of [
  ['a folder below', 'jobs/one', true],
  ['the folder itself', 'jobs', true],
  ['one that is made', 'jobs/new/deep', true],
  ['a neighbour of like name', 'jobs-of-others', false],
  ['a way up', 'jobs/../secret', false],
  ['a link that leads out', 'jobs/link/inner', false],
] as const) {
  test(`with an allow-list ${what} is ${isAllowed ? 'mounted' : 'refused'}`, async (t) => {
    const folder = folderFor(t);
    for (const name of ['jobs/one', 'jobs-of-others', 'secret/inner'])
      mkdirSync(join(folder, name), { recursive: true });
    symlinkSync('../secret', join(folder, 'jobs/link'));
    const permissions = { privileged: false, devices: false, mounts: [join(folder, 'jobs')] };
    const world = await openDockerWorld(t, { permissions });
    const order = script('touch /m/mark', {
      volumes: [{ name: 'v', host: { sourcePath: `${folder}/${sourcePath}` } }],
      mountPoints: [{ sourceVolume: 'v', containerPath: '/m' }],
    });
    await world.engine.start([order]);
    await reaches(world, order.taskId, isAllowed ? 'exited' : 'failed');
    assert.equal(existsSync(join(folder, sourcePath, 'mark')), isAllowed);
  });
}
