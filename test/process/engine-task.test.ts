import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { StartOrder } from '../../src/engines/engine.ts';
import { closeToOthers } from '../../src/main/data-folder.ts';
import { reaches, until } from '../contract/engine-suite.ts';
import { containerOf, orderOf } from '../support/orders.ts';
import { openProcessWorld, type ProcessWorld } from '../support/process-world.ts';

/** Runs one task to its end; what it printed. */
const run = async (world: ProcessWorld, order: StartOrder): Promise<string> => {
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'exited');
  return world.output(order.taskId)!;
};

const folderFor = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-folder-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const environmentIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split('\0')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

test('J-118 S-271: the environment is the container’s, the service’s and five more, nothing else', async (t) => {
  process.env.AWS_SECRET_ACCESS_KEY = 'of the server';
  t.after(() => delete process.env.AWS_SECRET_ACCESS_KEY);
  const world = await openProcessWorld(t);
  const environment = [
    { name: 'A', value: 'it\'s $HOME `id` "x"\n\\n' },
    { name: 'EMPTY', value: '' },
    { name: 'WON', value: 'by the container' },
    // where it comes first a program could take it for an option
    { name: '--chdir', value: '/' },
    { name: 'odd-name.1', value: 'a b' },
    { name: 'UID', value: '5' },
    { name: 'OPTIND', value: 'x' },
    { name: 'IFS', value: '/' },
    { name: 'id', value: 'mine' },
    { name: 'ÜMLAUT', value: 'ü' },
  ];
  const order = orderOf(['env', '-0'], {
    container: containerOf(['env', '-0'], { environment }),
    jobVariables: { AWS_BATCH_JOB_ID: 'j-1', WON: 'by the service' },
  });
  const home = join(world.dataDir, 'tasks', order.taskId, 'work');
  assert.deepEqual(environmentIn(await run(world, order)), {
    ...Object.fromEntries(environment.map(({ name, value }) => [name, value])),
    AWS_BATCH_JOB_ID: 'j-1',
    WON: 'by the service',
    PATH: process.env.PATH,
    HOME: home,
    TMPDIR: home,
    LANG: 'C.UTF-8',
    LONGSHORE_TASK_ID: order.taskId,
  });
});

test('a PATH of the container’s own is where its command is looked for, and nothing else', async (t) => {
  const world = await openProcessWorld(t);
  const folder = folderFor(t);
  writeFileSync(join(folder, 'mine'), '#!/bin/sh\necho "$PATH"\n', { mode: 0o755 });
  const container = containerOf(['mine'], { environment: [{ name: 'PATH', value: folder }] });
  assert.equal(await run(world, orderOf([], { container })), `${folder}\n`);
});

const ARGUMENTS = [
  '',
  ' ',
  '-n',
  '--',
  '$HOME',
  '`id`',
  '$(id)',
  "it's",
  '"',
  '\\',
  '\\n',
  'a\nb',
  '*',
  '~',
  '&&',
  ';',
  '#',
  '!',
  '√ü🚢',
  'a\tb',
];

test('S-270: arguments arrive as they were given', async (t) => {
  const world = await openProcessWorld(t);
  const script = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
  const printed = await run(world, orderOf([process.execPath, '-e', script, '--', ...ARGUMENTS]));
  assert.deepEqual(JSON.parse(printed), ARGUMENTS);
});

for (const word of ['exit', 'cd', 'export', 'set', '.', 'for']) {
  test(`a shell’s own word is no command: ${word}`, async (t) => {
    const world = await openProcessWorld(t);
    const order = orderOf([word, '0']);
    await world.engine.start([order]);
    const { reason } = await reaches(world, order.taskId, 'failed');
    assert.match(reason, /executable file not found/);
    assert.equal(world.output(order.taskId), `${reason}\n`);
  });
}

test('a NUL in a command is a failed start, not half a command', async (t) => {
  const world = await openProcessWorld(t);
  const order = orderOf(['echo', 'a\0b']);
  await world.engine.start([order]);
  assert.match((await reaches(world, order.taskId, 'failed')).reason, /NUL/);
});

test('S-288: a reason is at most 255 characters, its log has it whole', async (t) => {
  const world = await openProcessWorld(t);
  const order = orderOf(['x'.repeat(1000)]);
  await world.engine.start([order]);
  assert.equal((await reaches(world, order.taskId, 'failed')).reason.length, 255);
  assert.ok(world.output(order.taskId)!.includes('x'.repeat(1000)));
});

test('signals have their default meaning in a command', async (t) => {
  const world = await openProcessWorld(t);
  const printed = await run(world, orderOf(['grep', '-E', '^Sig(Ign|Blk)', '/proc/self/status']));
  assert.deepEqual(printed.match(/[0-9a-f]{16}/g), ['0'.repeat(16), '0'.repeat(16)]);
});

test('a command has its three descriptors and no others, and a session and group of its own', async (t) => {
  const world = await openProcessWorld(t);
  const printed = await run(
    world,
    orderOf([
      process.execPath,
      '-e',
      `
    const fs = require('node:fs');
    const open = [3, 6, 7, 8, 9, 10].filter((fd) => { try { return /tasks|helper|orders|events/.test(fs.readlinkSync('/proc/self/fd/' + fd)); } catch { return false; } });
    const stat = fs.readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
    console.log(JSON.stringify([open, Number(stat[2]) === process.pid, Number(stat[3]) === process.pid, fs.readFileSync(0, 'utf8')]));`,
    ]),
  );
  assert.deepEqual(JSON.parse(printed), [[], true, true, '']);
});

test('output is complete and in order, standard error among it, and nothing else', async (t) => {
  const world = await openProcessWorld(t);
  const order = orderOf([
    'sh',
    '-c',
    'i=0; while [ $i -lt 2000 ]; do echo $i; echo e$i >&2; i=$((i+1)); done; printf end',
  ]);
  const lines = Array.from({ length: 2000 }, (_, i) => `${i}\ne${i}\n`).join('');
  assert.equal(await run(world, order), `${lines}end`);
});

test('100 MB of output go straight to the file', async (t) => {
  const world = await openProcessWorld(t);
  const order = orderOf(['head', '-c', '100000000', '/dev/zero']);
  await world.engine.start([order]);
  await reaches(world, order.taskId, 'exited');
  assert.equal(statSync(join(world.dataDir, 'output', order.taskId)).size, 100_000_000);
});

test('a task begins in a folder of its own; LONGSHORE_WORKDIR names another and is not handed on', async (t) => {
  const world = await openProcessWorld(t);
  const own = orderOf(['pwd']);
  assert.equal(await run(world, own), `${join(world.dataDir, 'tasks', own.taskId, 'work')}\n`);
  const folder = folderFor(t);
  const environment = [{ name: 'LONGSHORE_WORKDIR', value: folder }];
  const there = orderOf([], {
    container: containerOf(['sh', '-c', 'pwd; echo "<$LONGSHORE_WORKDIR>"'], { environment }),
  });
  assert.equal(await run(world, there), `${folder}\n<>\n`);
});

test('a LONGSHORE_WORKDIR that is not there is a failed start that names it', async (t) => {
  const world = await openProcessWorld(t);
  const environment = [{ name: 'LONGSHORE_WORKDIR', value: '/no/such/folder' }];
  const order = orderOf([], { container: containerOf(['pwd'], { environment }) });
  await world.engine.start([order]);
  assert.match((await reaches(world, order.taskId, 'failed')).reason, /LONGSHORE_WORKDIR \/no\/such\/folder/);
});

test('S-282: ulimits hold for the command', async (t) => {
  const world = await openProcessWorld(t);
  const ulimits = [
    { name: 'nofile', softLimit: 100, hardLimit: 200 },
    { name: 'core', softLimit: 0, hardLimit: 0 },
  ];
  const container = containerOf(['sh', '-c', 'ulimit -Sn; ulimit -Hn; ulimit -c'], { ulimits });
  assert.equal(await run(world, orderOf([], { container })), '100\n200\n0\n');
});

test('S-282 J-309: a limit that only the kernel refuses is a failed start that names ulimits, and nothing runs', async (t) => {
  const world = await openProcessWorld(t);
  // nobody has more descriptors than this, root neither
  const most = Number(readFileSync('/proc/sys/fs/nr_open', 'utf8'));
  const ulimits = [
    { name: 'core', softLimit: 0, hardLimit: 0 },
    { name: 'nofile', softLimit: 100, hardLimit: most + 1 },
  ];
  const container = containerOf(['sh', '-c', 'echo ran'], { ulimits });
  const order = orderOf([], { container });
  const next = orderOf(['sh', '-c', 'exit 4'], { after: order.taskId });
  await world.engine.start([order, next]);
  const { reason } = await reaches(world, order.taskId, 'failed');
  assert.equal(
    reason,
    `CannotCreateContainerError: ulimits: this host does not grant nofile=100:${most + 1}`,
  );
  assert.equal(world.output(order.taskId), `${reason}\n`);
  assert.equal((await reaches(world, next.taskId, 'exited')).exitCode, 4);
});

test('S-289 S-290: a volume is where it is on the host, and is made when it is not there', async (t) => {
  const world = await openProcessWorld(t);
  const sourcePath = join(folderFor(t), 'a', 'b');
  const container = containerOf(['sh', '-c', `echo kept >${sourcePath}/file`], {
    volumes: [{ name: 'v', host: { sourcePath } }],
    mountPoints: [{ sourceVolume: 'v', containerPath: sourcePath }],
  });
  await run(world, orderOf([], { container }));
  assert.equal(readFileSync(join(sourcePath, 'file'), 'utf8'), 'kept\n');
});

test('a volume that cannot be made is this task’s fault and no other’s', async (t) => {
  const world = await openProcessWorld(t);
  const bad = orderOf([], {
    container: containerOf(['true'], { volumes: [{ host: { sourcePath: '/dev/null/x' } }] }),
  });
  const good = orderOf(['true']);
  await world.engine.start([bad, good]);
  await reaches(world, good.taskId, 'exited');
  assert.match(
    (await reaches(world, bad.taskId, 'failed')).reason,
    /CannotCreateContainerError: .*\/dev\/null\/x/,
  );
});

const isThere = (mark: string): boolean => {
  try {
    execFileSync('pgrep', ['-f', mark]);
    return true;
  } catch {
    return false;
  }
};

for (const memoryMode of ['cgroup1', 'watched'] as const) {
  test(`what a task leaves behind ends with it, in its group and out of it (${memoryMode})`, async (t) => {
    const world = await openProcessWorld(t, { memoryMode });
    const mark = `7${Date.now() % 1_000_000}`;
    await run(world, orderOf(['sh', '-c', `sleep ${mark}1 & setsid sleep ${mark}2 & exit 0`]));
    const end = Date.now() + 10_000;
    while (isThere(`^sleep ${mark}`)) {
      assert.ok(Date.now() < end, 'something is left');
      await world.tick();
    }
  });
}

test('what a task leaves behind is gone when its end is told, before anybody looks: its follower has the memory for itself', async (t) => {
  const world = await openProcessWorld(t, { memoryMode: 'cgroup1' });
  const mark = `8${Date.now() % 1_000_000}`;
  await run(world, orderOf(['sh', '-c', `sleep ${mark}1 & setsid sleep ${mark}2 & exit 0`]));
  const end = Date.now() + 500;
  while (isThere(`^sleep ${mark}`)) assert.ok(Date.now() < end, 'something is left');
});

test('--run-as: a task is that user, owns its folder, and can read nothing that lies beside it', async (t) => {
  if (process.getuid?.() !== 0) {
    t.skip('only root can run tasks as somebody else');
    return;
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'longshore-engine-'));
  for (const name of ['longshore.db', 'root-key.json'])
    writeFileSync(join(dataDir, name), 'secret', { mode: 0o644 });
  closeToOthers(dataDir);
  const world = await openProcessWorld(t, { dataDir, runAs: { uid: 65534, gid: 65534 } });
  const script = `id -u; id -G; echo kept >$HOME/file; cat $TMPDIR/file; cat ${dataDir}/*.db ${dataDir}/*.json ${dataDir}/longshore.db; ls ${dataDir}`;
  const order = orderOf(['sh', '-c', `(${script}) 2>/dev/null`]);
  assert.equal(await run(world, order), '65534\n65534\nkept\n');
});

test('--run-as: until the user is changed nothing is done that the job says: no code of its environment, no folder it names', async (t) => {
  if (process.getuid?.() !== 0) {
    t.skip('only root can run tasks as somebody else');
    return;
  }
  const world = await openProcessWorld(t, { runAs: { uid: 65534, gid: 65534 } });
  const folder = folderFor(t);
  const hidden = join(folder, 'hidden');
  mkdirSync(join(hidden, 'in'), { recursive: true });
  chmodSync(hidden, 0o700);
  const environment = [
    // the loader complains of what it cannot load in every program that is started with it
    { name: 'LD_PRELOAD', value: '/no/such/library.so' },
    { name: 'A', value: `b 'c' "d" $e` },
  ];
  const printed = await run(
    world,
    orderOf([], { container: containerOf(['/usr/bin/env'], { environment }) }),
  );
  assert.equal(printed.match(/no\/such\/library/g)?.length, 2, printed);
  assert.match(printed, /^A=b 'c' "d" \$e$/m);
  const barred = orderOf([], { container: startsIn(join(hidden, 'in')) });
  await world.engine.start([barred]);
  const { reason } = await reaches(world, barred.taskId, 'failed');
  assert.match(
    reason,
    /LONGSHORE_WORKDIR: \S+\/hidden\/in is not to be reached by the user that jobs run as: let others through/,
  );
  const sourcePath = join(hidden, 'made');
  const made = containerOf(['true'], { volumes: [{ name: 'v', host: { sourcePath } }] });
  assert.match(await run(world, orderOf([], { container: made })), /cannot create directory/);
  assert.equal(existsSync(sourcePath), false);
});

const startsIn = (folder: string) =>
  containerOf(['pwd'], { environment: [{ name: 'LONGSHORE_WORKDIR', value: folder }] });

test('--run-as: a task starts in the folder that it names, where its user may', async (t) => {
  if (process.getuid?.() !== 0) {
    t.skip('only root can run tasks as somebody else');
    return;
  }
  const world = await openProcessWorld(t, { runAs: { uid: 65534, gid: 65534 } });
  assert.equal(await run(world, orderOf([], { container: startsIn('/usr') })), '/usr\n');
});

test('a folder to start in that is none is told so', async (t) => {
  const world = await openProcessWorld(t);
  for (const path of ['/etc/passwd', '/no/such/folder']) {
    const order = orderOf([], { container: startsIn(path) });
    await world.engine.start([order]);
    const { reason } = await reaches(world, order.taskId, 'failed');
    assert.equal(reason, `CannotStartContainerError: LONGSHORE_WORKDIR ${path} is no folder`);
  }
});

test('J-182: a file that may not be run is told from one that is not there', async (t) => {
  const world = await openProcessWorld(t);
  for (const [word, why] of [
    ['/etc/passwd', 'permission denied'],
    ['/no/such/file', 'executable file not found in $PATH'],
  ] as const) {
    const order = orderOf([word]);
    await world.engine.start([order]);
    const { reason } = await reaches(world, order.taskId, 'failed');
    assert.ok(reason.endsWith(`exec: "${word}": ${why}`), reason);
  }
});

test('a stop tells the first process alone, as process 1 of a container: it hands on what it will', async (t) => {
  const world = await openProcessWorld(t);
  // a killed child would end the wrapper's wait early, with 143
  const child = "trap 'echo child was told' TERM; echo ready; while [ ! -e go ]; do sleep 0.02; done; exit 3";
  const wrapper = `trap 'echo wrapper was told; touch go' TERM; sh -c "${child}" & wait $!; wait $!; echo "child: $?"`;
  const order = orderOf(['sh', '-c', wrapper]);
  await world.engine.start([order]);
  await until(world, 'the child', () => world.output(order.taskId)?.includes('ready') || undefined);
  await world.engine.stop(order.taskId, 60);
  assert.equal((await reaches(world, order.taskId, 'exited')).exitCode, 0);
  assert.equal(world.output(order.taskId), 'ready\nwrapper was told\nchild: 3\n');
});

test('a kill goes to all of a task', async (t) => {
  const world = await openProcessWorld(t);
  const mark = `9${Date.now() % 1_000_000}`;
  const order = orderOf(['sh', '-c', `sleep ${mark} & echo ready; wait`]);
  await world.engine.start([order]);
  await until(world, 'the child', () => world.output(order.taskId)?.includes('ready') || undefined);
  await world.engine.stop(order.taskId, 0);
  assert.equal((await reaches(world, order.taskId, 'exited')).exitCode, 137);
  assert.equal(isThere(`^sleep ${mark}`), false);
});
