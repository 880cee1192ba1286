/**
 * From the start of `serve` on a fresh data folder to the first line it prints, beside a start of Node that does nothing. What
 * is asked is the difference: ready within a second of Node's own start.
 *
 *   npm run bench:ready -- [--rounds 5]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { count } from '../test/support/flags.ts';
import { cpuMicroseconds } from './support/process.ts';
import { median } from './support/rounds.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const rounds = count('rounds', values.rounds);
const ASKED_MILLISECONDS = 1000;

/** What a start takes, in milliseconds. */
interface Start {
  readonly took: number;
  /** Of the processor, which others on the machine disturb less. */
  readonly cpu: number;
}

const serve = async (): Promise<Start> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'longshore-ready-'));
  const began = performance.now();
  const args = ['bin/longshore.js', 'serve', '--port', '0', '--data', dataDir, '--engine', 'process'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise((done) => child.once('close', done));
  const first = await new Promise<string>((resolve) => {
    child.stdout.once('data', (text: Buffer) => resolve(text.toString()));
    child.once('close', () => resolve(''));
  });
  const took = performance.now() - began;
  const cpu = first === '' ? 0 : cpuMicroseconds(child.pid!) / 1000;
  child.kill('SIGTERM');
  await gone;
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10 });
  if (!first.startsWith('longshore listens on ')) throw new Error(`serve did not start: ${first}`);
  return { took, cpu };
};

const bareNode = async (): Promise<number> => {
  const began = performance.now();
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  await new Promise((done) => child.once('close', done));
  return performance.now() - began;
};

const loadNow = (): string => readFileSync('/proc/loadavg', 'utf8').split(' ')[0]!;

const ours: Start[] = [];
const bare: number[] = [];
const row = (label: string, { took, cpu }: Start, node: number) => {
  const figures = [took, cpu, node, took - node].map((value) => value.toFixed(0));
  console.log(`| ${label} | ${figures.join(' | ')} |`);
};

console.log(`load before: ${loadNow()}\n`);
console.log(
  '| round | serve (ms) | its CPU (ms) | node -e 0 (ms) | difference (ms) |\n| --- | --- | --- | --- | --- |',
);
for (let round = 1; round <= rounds; round++) {
  if (round % 2 === 1) ours.push(await serve());
  bare.push(await bareNode());
  if (round % 2 === 0) ours.push(await serve());
  row(String(round), ours.at(-1)!, bare.at(-1)!);
}
const middle = { took: median(ours.map(({ took }) => took)), cpu: median(ours.map(({ cpu }) => cpu)) };
const difference = middle.took - median(bare);
row('median', middle, median(bare));
console.log(
  `\nload after: ${loadNow()}; ready ${difference.toFixed(0)} ms after Node's own start, asked at most ` +
    `${ASKED_MILLISECONDS}: ${difference <= ASKED_MILLISECONDS ? 'reached' : 'NOT reached'}`,
);
