/**
 * Memory limits by cgroup v2, in a virtual machine of its own, whatever this machine has: `npm run test:cgroup2 -- [--kernel FILE]`. It is
 * emulated and takes minutes. Needs qemu-system-x86_64, busybox and a Linux kernel (default: the newest of /boot).
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeImage, PROGRAMS, pathOf } from './image.ts';

const QEMU = 'qemu-system-x86_64';

const newest = (): string | undefined =>
  readdirSync('/boot')
    .filter((name) => name.startsWith('vmlinuz'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => join('/boot', name))
    .at(-1);

const { values } = parseArgs({ options: { kernel: { type: 'string' } } });
const kernel = values.kernel ?? newest();

const missing = [
  ...[QEMU, ...PROGRAMS].filter((program) => pathOf(program) === undefined),
  ...(kernel !== undefined && existsSync(kernel) ? [] : ['a kernel (--kernel FILE)']),
];

/** What each group must come to: the tests of the engine, or the way that memory is watched. */
const ASKED: Readonly<Record<string, RegExp>> = {
  '.': /^# pass 6$/m,
  'of-root': /^# pass 6$/m,
  'of-user': /^# pass 6$/m,
  container: /^# pass 6$/m,
  shared: /^mode: watched$/m,
  plain: /^mode: watched$/m,
};

/** Boots the machine; resolves to all it said, which is shown as it comes. */
const boot = (image: string): Promise<string> => {
  const machine = ['-accel', 'tcg', '-m', '2048', '-smp', '2', '-nographic', '-nodefaults', '-no-reboot'];
  const start = ['-serial', 'stdio', '-kernel', kernel!, '-initrd', image];
  const child = spawn(QEMU, [...machine, ...start, '-append', 'console=ttyS0 quiet panic=-1 rdinit=/init'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    process.stdout.write(text);
  });
  process.once('exit', () => child.kill('SIGKILL'));
  return new Promise((resolve) => child.once('close', () => resolve(said.replaceAll('\r', ''))));
};

/** What was not as it should be, a line each. */
const wrongIn = (said: string): string[] =>
  Object.entries(ASKED).flatMap(([name, asked]) => {
    const from = said.indexOf(`== ${name} ==`);
    const part = from < 0 ? '' : said.slice(from, said.indexOf('== left:', from) + 20);
    return [
      ...(asked.test(part) ? [] : [`${name}: no ${asked.source}`]),
      ...(/^# (fail|skipped) [1-9]/m.test(part) ? [`${name}: something failed or was left out`] : []),
      ...(part.includes('== left: 0 ==') ? [] : [`${name}: groups are left`]),
    ];
  });

if (missing.length > 0) console.log(`test:cgroup2: left out: it needs ${missing.join(' and ')}`);
else {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-cgroup2-'));
  try {
    const wrong = wrongIn(await boot(makeImage(folder)));
    console.log(wrong.length === 0 ? 'all as it should be' : wrong.join('\n'));
    process.exitCode = wrong.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
