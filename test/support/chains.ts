import { Endings } from '../../src/transitions/jobs/endings.ts';
import { applyReports } from '../../src/transitions/jobs/reports.ts';
import { settleStep } from '../../src/transitions/jobs/settle.ts';
import type { World } from './world.ts';

const changes = async (world: World): Promise<number> =>
  (await world.service.store.read((tx) => tx.all<{ n: number }>('SELECT total_changes() AS n')))[0]!.n;

/** Links of a chain behind `head`, as submissions would have left them, written at once. */
export const chainBehind = (world: World, head: string, length: number): Promise<void> =>
  world.service.store.write(async (tx) => {
    const [first] = await tx.all<{ seq: number; spec: number; shape: number; queue: number }>(
      'SELECT seq, spec, shape, queue FROM jobs WHERE id = ?',
      [head],
    );
    await tx.run('UPDATE jobs SET watched = 1 WHERE seq = ?', [first!.seq]);
    const numbers = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)';
    await tx.run(
      `INSERT INTO jobs (seq, rank, id, name, queue, spec, shape, state, unmet, watched, created_at)
       ${numbers} SELECT ? + i, ? + i, printf('11111111-1111-4111-8111-%012d', i), 'link', ?, ?, ?, 1, 1, 1, 0 FROM n`,
      [length, first!.seq, first!.seq, first!.queue, first!.spec, first!.shape],
    );
    await tx.run(`INSERT INTO edges (target, dependent, kind) ${numbers} SELECT ? + i - 1, ? + i, 0 FROM n`, [
      length,
      first!.seq,
      first!.seq,
    ]);
  });

/** How many jobs are in each state, by its number. */
export const counts = async (world: World): Promise<Record<string, number>> => {
  const rows = await world.service.store.read((tx) =>
    tx.all<{ state: number; n: number }>('SELECT state, count(*) AS n FROM jobs GROUP BY state'),
  );
  return Object.fromEntries(rows.map((row) => [row.state, row.n]));
};

/** Works the ends off by hand; resolves to the most rows one step changed. */
export const workOff = async (world: World): Promise<number> => {
  let most = 0;
  for (let more = true; more; ) {
    const before = await changes(world);
    more = await world.service.store.write(async (tx) => {
      const endings = new Endings(tx, world.service);
      const left = await settleStep(tx, world.clock.wall(), endings);
      await endings.finish();
      return left;
    });
    most = Math.max(most, (await changes(world)) - before);
  }
  return most;
};

/** Ends the only task with the loops at rest, so that a test works off what follows. */
export const failHead = async (world: World): Promise<void> => {
  await world.loops.stop();
  const { taskId } = world.engine.orders[0]!;
  await world.service.store.write(async (tx) => {
    const endings = new Endings(tx, world.service);
    const report = { taskId, kind: 'exited', startedAt: 1, stoppedAt: 2, exitCode: 1 } as const;
    await applyReports(world.service, tx, [report], endings);
    await endings.finish();
  });
};
