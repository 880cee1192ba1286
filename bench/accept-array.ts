/**
 * How long it takes until an array of 10,000 is accepted (SubmitJob's answer, signed and durable), beside the bare insert
 * of as many rows into the same table of an empty database, committed and synced.
 *
 *   npm run bench:accept -- [--size 10000] [--needs 0] [--rounds 5]
 *
 * With `--needs 20` it has that many N_TO_N dependencies on arrays of its size that wait. The environment is DISABLED.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openSqlite } from '../src/store/sqlite/open-database.ts';
import { count } from '../test/support/flags.ts';
import { compare } from './support/rounds.ts';
import { type BenchServer, setUp, startBenchServer } from './support/server.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '10000' },
    needs: { type: 'string', default: '0' },
    rounds: { type: 'string', default: '5' },
  },
});
const size = count('size', values.size);
const needs = values.needs === '0' ? 0 : count('needs', values.needs);

const submit = async ({ batch }: BenchServer, dependsOn: readonly string[]): Promise<string> => {
  const { jobId } = await batch.submitJob({
    jobName: 'a',
    jobQueue: 'q',
    jobDefinition: 'd',
    arrayProperties: { size },
    dependsOn: dependsOn.map((id) => ({ jobId: id, type: 'N_TO_N' })),
  });
  return jobId!;
};

/** Milliseconds of one submission to a server that has answered some before. */
const longshore = async (): Promise<number> => {
  const server = await startBenchServer();
  await setUp(server, ['/bin/true'], 'DISABLED');
  const targets: string[] = [];
  while (targets.length < Math.max(needs, 2)) targets.push(await submit(server, []));
  const began = performance.now();
  await submit(server, targets.slice(0, needs));
  const took = performance.now() - began;
  await server.stop();
  return took;
};

const ROWS = `
  INSERT INTO jobs (seq, rank, parent, idx, queue, spec, shape, state, unmet, created_at)
  WITH RECURSIVE n (i, size, at) AS (SELECT 0, ?, ? UNION ALL SELECT i + 1, size, at FROM n WHERE i < size - 1)
  SELECT at + i, at + i, at - 1, i, 1, 1, 1, 2, 0, 1700000000000 FROM n`;

const bareInsert = async (): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-insert-'));
  const connection = openSqlite(join(folder, 'bare.db'));
  const insert = connection.prepare(ROWS);
  const one = (at: number) => insert.run(size, at * (size + 1));
  for (const at of [1, 2]) one(at);
  const began = performance.now();
  one(3);
  const took = performance.now() - began;
  connection.close();
  rmSync(folder, { recursive: true });
  return took;
};

await compare({
  ours: { name: needs ? `SubmitJob, ${needs} N_TO_N` : 'SubmitJob', run: longshore },
  theirs: { name: 'bare insert', run: bareInsert },
  rounds: count('rounds', values.rounds),
  unit: 'ms',
  asked: { atMost: needs ? 10 : 3 },
});
