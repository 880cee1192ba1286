import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';
import { allJobs, faults, readLines, unfinished } from './books.ts';
import { Chance } from './chance.ts';
import { type Answered, load } from './load.ts';
import { prepare } from './prepare.ts';
import { wrongInTheEnd } from './tokens.ts';
import { processesOver, Victim } from './victim.ts';

export interface KillReport {
  readonly jobs: number;
  readonly answered: number;
  readonly attempts: number;
  /** Of the jobs those that are nodes, and those that ran into their time limit. */
  readonly nodes: number;
  readonly overdue: number;
  readonly faults: readonly string[];
}

/** How many clients submit at once. */
const CLIENTS = 2;
/** From so many on some jobs run into their time limit, of which the shortest is a minute. */
const MANY = 50;
/** A server that is let live is killed this long after its start at the latest, in milliseconds. */
const LONGEST_LIFE = 1500;
/** Without a single job's end in this time something is stuck. */
const PATIENCE_SECONDS = 120;

/**
 * A real server under load is killed `kills` times, at moments between its first instruction and a second or so of work;
 * then it is left to finish, and its books are compared with what the jobs wrote.
 */
export const killMany = async (
  kills: number,
  seed: number,
  say: (line: string) => void,
): Promise<KillReport> => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-kill-'));
  const file = join(folder, 'lines');
  writeFileSync(file, '');
  const victim = new Victim(join(folder, 'data'), await freePort());
  try {
    return await kill(kills, seed, say, { folder, file, victim });
  } catch (error) {
    // nothing of ours is left behind, whatever went wrong
    await victim.end('SIGKILL').catch(() => {});
    for (const { pid } of processesOver(victim.dataDir)) process.kill(pid, 'SIGKILL');
    throw error;
  }
};

const kill = async (
  kills: number,
  seed: number,
  say: (line: string) => void,
  { folder, file, victim }: { folder: string; file: string; victim: Victim },
): Promise<KillReport> => {
  const chance = new Chance(seed);
  const answered: Answered = {
    jobs: [],
    sizes: new Map(),
    shares: new Map(),
    terminated: new Set(),
    endless: new Set(),
    wrong: [],
  };
  victim.start();
  await listening(victim);
  await prepare(victim, file);
  let going = true;
  const clients = Array.from({ length: CLIENTS }, (_, i) =>
    load(victim, new Chance(seed + i + 1), answered, { going: () => going, limits: kills >= MANY }),
  );
  const loaded = Promise.all(clients);
  for (let kill = 1; kill <= kills; kill++) {
    await Promise.race([dieAndComeBack(victim, chance), loaded]);
    if (kill % 20 === 0) say(`${kill} kills, ${answered.jobs.length} jobs answered`);
  }
  await listening(victim);
  going = false;
  await loaded;
  await allEnded(victim);
  const jobs = await allJobs(victim.client);
  const wrong = [...answered.wrong, ...faults(jobs, answered, readLines(file))];
  wrong.push(...(await wrongInTheEnd(victim.client, jobs)));
  await victim.end('SIGTERM');
  wrong.push(...(await leftOver(victim.dataDir)));
  if (wrong.length === 0) rmSync(folder, { recursive: true, maxRetries: 10 });
  else say(`what was left is in ${folder}`);
  const attempts = jobs.reduce((sum, job) => sum + (job.attempts?.length ?? 0), 0);
  return {
    jobs: jobs.length,
    answered: answered.jobs.length,
    attempts,
    nodes: jobs.filter((job) => job.nodeDetails).length,
    overdue: answered.endless.size,
    faults: wrong,
  };
};

/** A third of the deaths come while the server is still starting. */
const dieAndComeBack = async (victim: Victim, chance: Chance): Promise<void> => {
  if (chance.next() < 0.67) await listening(victim);
  await sleep(chance.between(0, LONGEST_LIFE));
  await victim.end('SIGKILL');
  victim.start();
};

const listening = async (victim: Victim): Promise<void> => {
  await until('the server listens', async () => (victim.listens() ? 0 : 1));
};

const allEnded = (victim: Victim): Promise<void> => until('every job ends', () => unfinished(victim.client));

/** Waits until nothing is left, for as long as it grows less. */
const until = async (what: string, left: () => Promise<number>): Promise<void> => {
  let deadline = Number.POSITIVE_INFINITY;
  let before = Number.POSITIVE_INFINITY;
  for (;;) {
    const now = await left();
    if (now === 0) return;
    if (now < before) deadline = performance.now() + PATIENCE_SECONDS * 1000;
    if (performance.now() > deadline) throw new Error(`gave up waiting: ${what}, ${now} left`);
    before = now;
    await sleep(100);
  }
};

const leftOver = async (dataDir: string): Promise<string[]> => {
  for (let i = 0; i < 100 && processesOver(dataDir).length > 0; i++) await sleep(100);
  return processesOver(dataDir).map(({ pid, command }) => `left behind: ${pid} ${command}`);
};
