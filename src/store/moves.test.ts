import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../test/support/world.ts';
import { type LifeEvent, nextState } from '../domain/job-life.ts';
import { JOB_STATES, type JobState, stateCode, stateOf } from '../domain/job-state.ts';
import { meetDependency } from './dependencies.ts';
import {
  admitJobs,
  admitParent,
  failWaiting,
  type JobEnd,
  setEnded,
  setRecalled,
  setRetried,
  setRunning,
  setStarting,
  submittedJobs,
} from './job-moves.ts';
import { type FoundJob, jobBySeq } from './job-rows.ts';
import { insertJob } from './new-jobs.ts';
import { nextSeq } from './next-seq.ts';
import { endWaitingNodes, resetNodes } from './node-rows.ts';
import { countRows, queueCounts } from './queue-counts.ts';
import { reopenParent, rerunRows, waitAgainRows } from './rerun-rows.ts';
import type { Tx } from './store.ts';

interface Row {
  readonly unmet?: number;
  readonly parent?: number;
  readonly size?: number;
}

/** The first job of all. */
const PARENT = 1;

/** A job's row, or a node's where it has a parent, forced into a state. */
const insert = async (tx: Tx, state: JobState, { unmet = 0, parent = 0, size = 0 }: Row): Promise<number> => {
  const given = {
    name: 'j',
    queue: 1,
    spec: 1,
    shape: 1,
    createdAt: 1,
    dependsOn: null,
    size,
    consumes: false,
  };
  if (parent > 0) await insertParent(tx, parent);
  const seq = await nextSeq(tx, 0);
  await insertJob(tx, {
    ...given,
    seq,
    rank: seq,
    group: 0,
    submitter: 0,
    id: `${state}${unmet}${parent}`,
    unmet,
  });
  const role = parent > 0 ? 1 : 0;
  const code = stateCode(state);
  await tx.run('UPDATE jobs SET state = ?, parent = ?, role = ? WHERE seq = ?', [code, parent, role, seq]);
  countRows(tx, { ...given, state: 0, role: 0 }, -1);
  countRows(tx, { ...given, state: code, role }, 1);
  return seq;
};

/** A job with rows behind its own, which the counts of jobs pass over. */
const insertParent = async (tx: Tx, seq: number): Promise<void> => {
  await tx.run(
    `INSERT OR IGNORE INTO jobs (seq, queue, spec, shape, state, size, created_at) VALUES (?, 2, 1, 1, 2, 100, 1)`,
    [seq],
  );
};

const job = async (tx: Tx, seq: number): Promise<FoundJob> => (await jobBySeq(tx, seq))!;

const admit = async (tx: Tx): Promise<void> => {
  const submitted = await submittedJobs(tx, 10);
  if (submitted.length > 0) await admitJobs(tx, submitted);
};

const LAST = { stoppedAt: 2, startedAt: 1, exitCode: 0, containerReason: null };
const NODES = { seq: PARENT, stop_kind: 0, stop_reason: null };

const end = (event: JobEnd['event']) => async (tx: Tx, seq: number) =>
  setEnded(tx, await job(tx, seq), { ...LAST, event, statusReason: 'r' }, 0);

const WRITES: readonly (readonly [string, LifeEvent, Row, (tx: Tx, seq: number) => Promise<unknown>])[] = [
  ['admitJobs', 'admitted', {}, admit],
  ['admitJobs of one that waits', 'admitted-waiting', { unmet: 1 }, admit],
  ['admitParent', 'admitted-waiting', { size: 2 }, admitParent],
  ['meetDependency', 'dependencies-met', { unmet: 1 }, (tx, seq) => meetDependency(tx, [seq])],
  ['setStarting', 'placed', {}, async (tx, seq) => setStarting(tx, await job(tx, seq), 1)],
  ['setRunning', 'started', {}, async (tx, seq) => setRunning(tx, await job(tx, seq), 1)],
  ['setRecalled', 'recalled', {}, async (tx, seq) => setRecalled(tx, await job(tx, seq), 1)],
  ['setRetried', 'attempt-retried', {}, async (tx, seq) => setRetried(tx, await job(tx, seq), 1, LAST)],
  ['failWaiting', 'withdrawn', {}, (tx, seq) => failWaiting(tx, 1, [seq], 1, 'r', 0)],
  ['endWaitingNodes', 'withdrawn', { parent: PARENT }, (tx) => endWaitingNodes(tx, NODES, 1, 'r')],
  ['resetNodes', 'job-retried', { parent: PARENT }, (tx) => resetNodes(tx, PARENT)],
  ['rerunRows', 'rerun', {}, (tx, seq) => rerunRows(tx, 1, [seq])],
  ['waitAgainRows', 'rerun-waiting', {}, (tx, seq) => waitAgainRows(tx, 1, 1, [seq])],
  ['reopenParent', 'children-rerun', { size: 2 }, (tx, seq) => reopenParent(tx, seq, 1)],
  ['setEnded', 'withdrawn', {}, end('withdrawn')],
  ['setEnded', 'attempt-succeeded', {}, end('attempt-succeeded')],
  ['setEnded', 'attempt-failed', {}, end('attempt-failed')],
  ['setEnded', 'children-succeeded', {}, end('children-succeeded')],
  ['setEnded', 'children-failed', {}, end('children-failed')],
];

for (const [name, event, row, write] of WRITES) {
  test(`J-144: ${name} goes the path of ${event} and no other, and its queue’s counts with it`, async () => {
    const { service } = await makeWorld();
    for (const state of JOB_STATES) {
      await service.store.write(async (tx) => {
        const seq = await insert(tx, state, row);
        await write(tx, seq);
        const { state: after } = (await jobBySeq(tx, seq))!;
        assert.equal(stateOf(after), nextState(state, event) ?? state, `from ${state}`);
      });
      await service.store.read(async (tx) => {
        const rows = await tx.all(
          'SELECT queue, state, count(*) AS n FROM jobs WHERE size = 0 AND role = 0 GROUP BY queue, state',
        );
        assert.deepEqual(await queueCounts(tx), rows, `counts, from ${state}`);
      });
    }
  });
}
