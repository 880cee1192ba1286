import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorld } from '../../test/support/world.ts';
import { JOB_STATES, type JobState, stateCode, stateOf } from '../domain/job-state.ts';
import { type LifeEvent, nextState } from '../domain/life.ts';
import { meetDependency } from './dependencies.ts';
import {
  admitJobs,
  admitParent,
  failWaiting,
  insertJob,
  type JobEnd,
  jobBySeq,
  nextJob,
  setEnded,
  setRecalled,
  setRetried,
  setRunning,
  setStarting,
} from './job-rows.ts';
import { endWaitingNodes, resetNodes } from './node-rows.ts';
import type { Tx } from './store.ts';

interface Row {
  readonly unmet?: number;
  readonly parent?: number;
}

/** A job's row, forced into a state. */
const insert = async (tx: Tx, state: JobState, { unmet = 0, parent = 0 }: Row): Promise<number> => {
  const given = { name: 'j', queue: 1, spec: 1, shape: 1, createdAt: 1, dependsOn: null, size: 0 };
  const seq = await nextJob(tx);
  await insertJob(tx, { ...given, seq, rank: seq, id: `${state}${unmet}${parent}`, unmet });
  await tx.run('UPDATE jobs SET state = ?, parent = ? WHERE seq = ?', [stateCode(state), parent, seq]);
  return seq;
};

const LAST = { stoppedAt: 2, startedAt: 1, exitCode: 0, containerReason: null };
const NODES = { seq: 77, stop_kind: 0, stop_reason: null };

const end = (event: JobEnd['event']) => (tx: Tx, seq: number) =>
  setEnded(tx, seq, { ...LAST, event, statusReason: 'r' }, 0);

const WRITES: readonly (readonly [string, LifeEvent, Row, (tx: Tx, seq: number) => Promise<unknown>])[] = [
  ['admitJobs', 'admitted', {}, admitJobs],
  ['admitJobs of one that waits', 'admitted-waiting', { unmet: 1 }, admitJobs],
  ['admitParent', 'admitted-waiting', {}, admitParent],
  ['meetDependency', 'dependencies-met', { unmet: 1 }, (tx, seq) => meetDependency(tx, [seq])],
  ['setStarting', 'placed', {}, (tx, seq) => setStarting(tx, seq, 1)],
  ['setRunning', 'started', {}, (tx, seq) => setRunning(tx, seq, 1)],
  ['setRecalled', 'recalled', {}, (tx, seq) => setRecalled(tx, seq, 1)],
  ['setRetried', 'attempt-retried', {}, (tx, seq) => setRetried(tx, seq, 1, LAST)],
  ['failWaiting', 'withdrawn', {}, (tx, seq) => failWaiting(tx, [seq], 1, 'r', 0)],
  ['endWaitingNodes', 'withdrawn', { parent: 77 }, (tx) => endWaitingNodes(tx, NODES, 1, 'r')],
  ['resetNodes', 'job-retried', { parent: 77 }, (tx) => resetNodes(tx, 77)],
  ['setEnded', 'withdrawn', {}, end('withdrawn')],
  ['setEnded', 'attempt-succeeded', {}, end('attempt-succeeded')],
  ['setEnded', 'attempt-failed', {}, end('attempt-failed')],
  ['setEnded', 'children-succeeded', {}, end('children-succeeded')],
  ['setEnded', 'children-failed', {}, end('children-failed')],
];

for (const [name, event, row, write] of WRITES) {
  test(`J-144: ${name} goes the path of ${event} and no other`, async () => {
    const { service } = await makeWorld();
    for (const state of JOB_STATES) {
      await service.store.write(async (tx) => {
        const seq = await insert(tx, state, row);
        await write(tx, seq);
        const { state: after } = (await jobBySeq(tx, seq))!;
        assert.equal(stateOf(after), nextState(state, event) ?? state, `from ${state}`);
      });
    }
  });
}
