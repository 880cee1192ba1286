import type { Tokens } from '../domain/tokens.ts';
import type { FoundJob } from './job-rows.ts';
import type { HoldRow } from './schema.ts';
import type { Tx } from './store.ts';

/*
 * Tokens of consumable resources: which jobs ask for some, which hold some, and how many there are. A job's tokens and its state
 * change in one transaction. Only jobs that ask for some have rows here, and `asks_tokens` tells of each whether it does.
 */

/** Notes what a plain job, an array for each child, or a multi-node job asks for. */
export const insertDemands = async (tx: Tx, job: number, tokens: readonly Tokens[]): Promise<void> => {
  for (const { consumable, quantity } of tokens)
    await tx.run('INSERT INTO demands (consumable, job, quantity) VALUES (?, ?, ?)', [
      consumable,
      job,
      quantity,
    ]);
};

const THESE = 'IN (SELECT value FROM json_each(?))';

/** They are to end again. */
export const reviveDemands = (tx: Tx, jobs: readonly number[]): Promise<number> =>
  tx.run(`UPDATE demands SET live = 1 WHERE job ${THESE}`, [JSON.stringify(jobs)]);

/** With their jobs, which are gone. */
export const deleteDemands = (tx: Tx, jobs: readonly number[]): Promise<number> =>
  tx.run(`DELETE FROM demands WHERE job ${THESE}`, [JSON.stringify(jobs)]);

/** Whether a job that has not ended asks for some of it. */
export const isDemanded = async (tx: Tx, consumable: number): Promise<boolean> =>
  (await tx.all('SELECT 1 FROM demands WHERE consumable = ? AND live = 1 LIMIT 1', [consumable])).length > 0;

/** The job takes all that it asks for: what is not replenished is gone from the total. */
export const takeTokens = async (tx: Tx, job: number, tokens: readonly Tokens[]): Promise<void> => {
  for (const { consumable, quantity } of tokens) {
    await tx.run('INSERT INTO holds (job, consumable, quantity) VALUES (?, ?, ?)', [
      job,
      consumable,
      quantity,
    ]);
    await tx.run(
      `UPDATE consumables SET in_use = in_use + replenishable * :quantity,
       total = total - (1 - replenishable) * :quantity WHERE seq = :consumable`,
      { quantity, consumable },
    );
  }
};

type Held = Pick<FoundJob, 'seq' | 'shape' | 'parent' | 'asks_tokens'>;

const released = (tx: Tx, jobs: readonly number[]): Promise<HoldRow[]> =>
  tx.all(`DELETE FROM holds WHERE job ${THESE} RETURNING job, consumable, quantity, set_since`, [
    JSON.stringify(jobs),
  ]);

const giveBack = async (tx: Tx, tokens: readonly Tokens[]): Promise<void> => {
  for (const { consumable, quantity } of tokens)
    await tx.run('UPDATE consumables SET in_use = in_use - replenishable * ? WHERE seq = ?', [
      quantity,
      consumable,
    ]);
};

/** The job has ended: what it held is free, where that is replenished. */
export const endTokens = async (tx: Tx, { seq, parent, asks_tokens }: Held): Promise<void> => {
  if (asks_tokens === 0) return;
  if (parent === 0) await tx.run('UPDATE demands SET live = 0 WHERE job = ?', [seq]);
  await endHolds(tx, [seq]);
};

/** The same of children of one array. */
export const endHolds = async (tx: Tx, jobs: readonly number[]): Promise<void> => {
  const tokens = await released(tx, jobs);
  if (tokens.length === 0) return;
  await giveBack(tx, tokens);
  for (const [job, its] of Map.groupBy(tokens, (one) => one.job)) await asksAgain(tx, job, its);
};

/**
 * What it took with the attempt that was recalled it never had; what it holds since an earlier one it keeps. Of what is not
 * replenished nothing comes back to a total that was set since.
 */
export const undoTokens = async (tx: Tx, { seq, shape, asks_tokens }: Held): Promise<void> => {
  if (asks_tokens === 0 || (await tokensOfShape(tx, shape)) === '') return;
  for (const { consumable, quantity, set_since: setSince } of await released(tx, [seq]))
    await tx.run(
      `UPDATE consumables SET in_use = in_use - replenishable * :quantity,
       total = total + (1 - replenishable) * (1 - :setSince) * :quantity WHERE seq = :consumable`,
      { quantity, consumable, setSince },
    );
};

/* A job that holds its tokens asks for no others: while it waits for another attempt it is of the shape without them. */

/** As a shape's row has them; empty without any. */
export const tokensText = (tokens: readonly Tokens[]): string =>
  tokens.length === 0
    ? ''
    : JSON.stringify(tokens.map(({ consumable, quantity }) => ({ consumable, quantity })));

const tokensOfShape = async (tx: Tx, shape: number): Promise<string> =>
  (await tx.all<{ tokens: string }>('SELECT tokens FROM shapes WHERE id = ?', [shape]))[0]!.tokens;

const TWIN = 'milli_vcpus, memory_mib, gpus, node_groups, job_group';
const FIND_TWIN = `
  SELECT t.id FROM shapes s CROSS JOIN shapes t ON t.milli_vcpus = s.milli_vcpus AND t.memory_mib = s.memory_mib
    AND t.gpus = s.gpus AND t.node_groups = s.node_groups AND t.job_group = s.job_group AND t.tokens = :tokens
  WHERE s.id = :shape`;
const INSERT_TWIN = `INSERT INTO shapes (${TWIN}, tokens) SELECT ${TWIN}, :tokens FROM shapes WHERE id = :shape`;

/** The shape that differs from a job's in its tokens alone. */
const setTwin = async (tx: Tx, job: number, shape: number, tokens: string): Promise<void> => {
  const params = { shape, tokens };
  const [found] = await tx.all<{ id: number }>(FIND_TWIN, params);
  const twin = found?.id ?? (await tx.insert(INSERT_TWIN, params));
  if (twin !== shape) await tx.run('UPDATE jobs SET shape = ? WHERE seq = ?', [twin, job]);
};

/** It is tried again with the tokens that it holds. */
export const keepTokens = async (tx: Tx, { seq, shape, asks_tokens }: Held): Promise<void> => {
  if (asks_tokens === 1) await setTwin(tx, seq, shape, '');
};

const asksAgain = async (tx: Tx, job: number, tokens: readonly Tokens[]): Promise<void> => {
  const [row] = await tx.all<{ shape: number }>('SELECT shape FROM jobs WHERE seq = ?', [job]);
  const asks = [...tokens].sort((a, b) => a.consumable - b.consumable);
  await setTwin(tx, job, row!.shape, tokensText(asks));
};

/** A job that holds tokens of a resource. */
export interface Holder {
  readonly job: number;
  readonly quantity: number;
}

/** Who holds some of it, those first that hold most; none of what is not replenished. */
export const holdersOf = (tx: Tx, consumable: number, limit: number): Promise<Holder[]> =>
  tx.all<Holder>(
    `SELECT h.job, h.quantity FROM holds h CROSS JOIN consumables c ON c.seq = h.consumable
     WHERE h.consumable = ? AND c.replenishable = 1 ORDER BY h.quantity DESC, h.job LIMIT ?`,
    [consumable, limit],
  );
