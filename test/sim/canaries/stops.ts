import type { Swarm } from '../swarm.ts';
import { answers, type Canary, eachJob, statement, trigger } from './sabotage.ts';

/* Stops, long waits and multi-node jobs. */

/** A world of many multi-node jobs that lose nodes and succeed otherwise. */
const losing = (swarm: Swarm): Swarm => ({
  ...swarm,
  nodes: 0.7,
  task: { ...swarm.task, isLost: 0.2, fails: 0, failsToStart: 0 },
});

/** A world of many multi-node jobs, where nothing else goes wrong for long enough and nobody stops one. */
const calm = (swarm: Swarm): Swarm => ({
  ...swarm,
  weights: { ...swarm.weights, terminate: 0, terminateMany: 0, deleteQueue: 0 },
  nodes: 0.7,
  faults: 0,
  report: { told: 1, lost: 0, doubled: 0, late: 0, reordered: 0 },
  task: { ...swarm.task, isLost: 0, fails: 0, failsToStart: 0 },
});

/** A world of arrays that are told of a stop in several steps. */
const sweeping = (swarm: Swarm): Swarm => ({
  ...swarm,
  arrays: 0.1,
  largest: 2500,
  weights: { ...swarm.weights, terminate: 15, describeJobs: 20 },
});

/** A world where queues go while their jobs run. */
const deleting = (swarm: Swarm): Swarm => ({
  ...swarm,
  weights: {
    ...swarm.weights,
    updateQueue: 15,
    createQueue: 8,
    deleteQueue: 8,
    terminate: 15,
    describeJobs: 15,
  },
});

const TO_NODES_REASON = 'SET stop_kind = :kind, stop_reason = :reason';
const TO_NODES = 'AND state BETWEEN :first AND 4 AND role >= :role';

export const STOPS: readonly Canary[] = [
  {
    name: 'a job that waits is not stopped',
    rule: 'a stop ends what waits',
    also: ['a stopped job never runs again', 'every job ends'],
    sabotage: () =>
      trigger(
        `BEFORE UPDATE OF state ON main.jobs
         WHEN old.state < 3 AND new.state = 6 AND old.stop_kind IN (1, 2) AND old.size + old.parent = 0`,
        'SELECT RAISE(IGNORE)',
      ),
  },
  {
    name: 'of many stops the last is not told of',
    rule: 'each of many is told what became of it',
    sabotage: () => answers(({ successful }) => successful?.pop()),
  },
  {
    name: 'of many stops one that nobody can read is done with',
    rule: 'each of many is told what became of it',
    sabotage: () =>
      answers(({ successful, errors }) => {
        for (const one of errors?.splice(0) ?? []) successful.push(one.job);
      }),
  },
  {
    name: 'what an array’s stop has not come to is shown as it waits',
    rule: 'a job is shown as it is',
    also: [
      'counters',
      'lists show what matches',
      'pages show every job',
      'times are true',
      'reasons are true',
    ],
    sabotage: () => ({
      ...statement('FROM sweeps WHERE target = ? AND', 'FROM sweeps WHERE target = -? AND'),
      swarm: sweeping,
    }),
  },
  {
    name: 'a child is tried again though its array was stopped',
    rule: 'a stopped job never runs again',
    also: [
      'times are true',
      'reasons are true',
      'a job is shown as it is',
      'lists show what matches',
      'pages show every job',
      'counters',
      'every job ends',
    ],
    sabotage: () => statement('coalesce(p.stop_kind, 0) AS parent_stop_kind', '0 AS parent_stop_kind'),
  },
  {
    name: 'a job that runs is not stopped',
    rule: 'a terminated job fails',
    also: [
      'a stopped job never runs again',
      'flags of a stop',
      'reasons are true',
      'every job ends',
      'no attempt outlives its limit',
    ],
    sabotage: () =>
      statement(
        'SET stop_kind = ?, stop_reason = ? WHERE seq = ?',
        'SET stop_kind = ?, stop_reason = ? WHERE seq = ? AND state < 3',
      ),
  },
  {
    name: 'what runs of an array is not stopped with it',
    rule: 'a terminated job fails',
    also: ['flags of a stop', 'reasons are true', 'a stopped job never runs again', 'every job ends'],
    sabotage: () => statement('WHERE state IN (3, 4) AND parent', 'WHERE state IN (3) AND parent'),
  },
  {
    name: 'a queue’s deletion takes the place of a terminate',
    rule: 'reasons are true',
    also: ['flags of a stop'],
    sabotage: () => ({
      ...trigger(
        `AFTER UPDATE OF status ON main.queues WHEN new.status = 'DELETING'`,
        `UPDATE jobs SET stop_kind = 4, stop_reason = 'JobQueue deleted'
         WHERE queue = new.seq AND state IN (3, 4) AND stop_kind = 2`,
      ),
      swarm: deleting,
    }),
  },
  {
    name: 'nobody remembers since when a job is blocked',
    rule: 'long waits end',
    sabotage: () => ({
      sql: (sql) =>
        sql.includes('INTO blocked_heads')
          ? `${sql.replace('VALUES', 'SELECT * FROM (VALUES')}) WHERE column1 < 0`
          : sql,
    }),
  },
  {
    name: 'a node that is not the main one is left without a place now and then',
    rule: 'nodes start together',
    sabotage: () => ({
      sql: (sql) =>
        sql.includes('INTO tasks')
          ? `${sql.replace('VALUES', 'SELECT * FROM (VALUES')}) WHERE column2 % 3 > 0
             OR (SELECT role FROM jobs WHERE seq = column2) < 2`
          : sql,
    }),
  },
  {
    name: 'no node waits for the main one',
    rule: 'the main node starts first',
    sabotage: () => statement('t.held = 1 AND (', 't.held = 1 AND (1 = 1 OR '),
  },
  {
    name: 'a node of a terminated job says that its main node ended',
    rule: 'reasons are true',
    sabotage: () =>
      statement(
        TO_NODES_REASON,
        `SET stop_kind = :kind, stop_reason = substr('Main node ended' || :reason, 1, 15)`,
      ),
  },
  {
    name: 'a node does not show that its job was terminated',
    rule: 'flags of a stop',
    sabotage: () =>
      eachJob((job) => {
        if (job.nodeDetails) delete job.isTerminated;
      }),
  },
  {
    name: 'a node does not show that its job was cancelled',
    rule: 'flags of a stop',
    sabotage: () =>
      eachJob((job) => {
        if (job.nodeDetails) delete job.isCancelled;
      }),
  },
  {
    name: 'a child does not show that its array was cancelled',
    rule: 'flags of a stop',
    sabotage: () =>
      eachJob((job) => {
        if (job.arrayProperties?.index !== undefined) delete job.isCancelled;
      }),
  },
  {
    name: 'a job is tried again while nodes of it still run',
    rule: 'a retry restarts all nodes',
    also: ['no attempt has two tasks', 'attempts count up', 'an end is an end'],
    sabotage: () =>
      statement('job BETWEEN ? AND ? AND state < 2 LIMIT 1', 'job BETWEEN ? AND ? AND state > 2 LIMIT 1'),
  },
  {
    name: 'a job goes on without a node that lost its host',
    rule: 'a lost node fails its job',
    also: [
      'every job ends',
      'flags of a stop',
      'no node outlives its job',
      'no attempt outlives its limit',
      'reasons are true',
    ],
    sabotage: () => ({
      ...statement(TO_NODES, 'AND state BETWEEN :first AND 4 AND role >= max(:role, 2)'),
      swarm: losing,
    }),
  },
  {
    name: 'the end of the main node stops no other',
    rule: 'no node outlives its job',
    also: ['every job ends', 'reasons are true', 'flags of a stop'],
    sabotage: () => ({
      ...statement(TO_NODES, 'AND state BETWEEN :first AND 4 AND role >= :role AND role < 2'),
      swarm: calm,
    }),
  },
];
