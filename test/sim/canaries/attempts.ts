import type { StartOrder, TaskReport } from '../../../src/engines/engine.ts';
import type { Host } from '../host.ts';
import type { Swarm } from '../swarm.ts';
import { type Canary, engines, every, statement, trigger } from './sabotage.ts';

/* Attempts: their tasks, room, ends and times. */

/** An engine that starts a second task of an attempt now and then. */
const twins = (host: Host): void => {
  const { machine } = host;
  const order = machine.order.bind(machine);
  const isDue = every(10);
  machine.order = (one: StartOrder, failure) => {
    order(one, failure);
    if (isDue()) order({ ...one, taskId: one.taskId.replace(/^0/, 'f') }, failure);
  };
};

/** Each order is given to the engine in another form, made of it and of the one before. */
const ordered = (change: (order: StartOrder, before: StartOrder) => StartOrder) =>
  engines((engine) => {
    const start = engine.start.bind(engine);
    let before: StartOrder | undefined;
    return {
      start: async (orders) => {
        for (const order of orders) {
          await start([change(order, before ?? order)]);
          before = order;
        }
      },
    };
  });

/** A world where commits are lost that many share. */
const losingCommits = (swarm: Swarm): Swarm => ({
  ...swarm,
  faults: 15,
  bursts: 0.5,
  fault: { ...swarm.fault, 'failed commit': 2, 'failed commit of many': 4 },
});

/** A world of hosts that come and go. */
const turning = (swarm: Swarm): Swarm => ({
  ...swarm,
  hosts: 4,
  faults: 10,
  fault: { ...swarm.fault, 'host turns': 50 },
});

/** Those of many quick jobs that are alike. */
const lining = (swarm: Swarm): Swarm => ({
  ...turning(swarm),
  faults: 4,
  requests: 60,
  arrays: 0.5,
  largest: 20,
  nodes: 0,
  mistakes: 0,
  task: { ...swarm.task, slowStart: 0, fails: 0, failsToStart: 0, isLost: 0, long: 0 },
});

const withGpus = (swarm: Swarm): Swarm => ({
  ...swarm,
  capacity: { ...swarm.capacity, pool: { ...swarm.capacity.pool, gpus: 2 } },
});

const BEGUN = 'SET state = 1, started_at = ?, started_wall = ?, started_steady = ?';
const NEW_TASK = 'VALUES (?, ?, ?, ?, 0, ?, ?, ?,';
const OVER = 'exit_code = ?, reason = ?, status_reason = ?';

export const ATTEMPTS: readonly Canary[] = [
  {
    name: 'an attempt gets a second task',
    rule: 'no attempt has two tasks',
    sabotage: () => ({ host: twins }),
  },
  {
    name: 'an attempt gets no task now and then',
    rule: 'every attempt has a task',
    also: ['nodes start together', 'a retry restarts all nodes'],
    sabotage: () =>
      trigger(
        'AFTER UPDATE OF state ON main.jobs WHEN new.state = 3 AND new.seq % 7 = 0',
        'DELETE FROM tasks WHERE job = new.seq AND attempt = new.attempt',
      ),
  },
  {
    name: 'attempts are counted from two',
    rule: 'attempts count up',
    sabotage: () => statement(NEW_TASK, 'VALUES (?, ?, ? + 1, ?, 0, ?, ?, ?,'),
  },
  {
    name: 'a task gets a MiB more than its job asks',
    rule: 'a task has what its job asks',
    sabotage: () => statement(NEW_TASK, 'VALUES (?, ?, ?, ?, 0, ?, ? + 1, ?,'),
  },
  {
    name: 'a task is told to run the command of the one before',
    rule: 'an order is as its job says',
    sabotage: () =>
      ordered((order, before) => ({
        ...order,
        container: { ...order.container, command: before.container.command },
      })),
  },
  {
    name: 'a task is told the name of another queue',
    rule: 'an order is as its job says',
    sabotage: () =>
      ordered((order) => ({
        ...order,
        jobVariables: { ...order.jobVariables, AWS_BATCH_JQ_NAME: 'q-' },
      })),
  },
  {
    name: 'a task is not told that it stands in a line',
    rule: 'an order is as its job says',
    sabotage: () => ordered(({ after: _, ...order }) => order),
  },
  {
    name: 'what is to be remembered after a commit is remembered before it',
    rule: 'an order is as its job says',
    also: [
      'a task has what its job asks',
      'a job is shown as it is',
      'retries',
      'no group is run again',
      'lists show what matches',
      'use is what attempts took',
      'held plus free is the total',
      'reasons are true',
      'no turn fails',
      'no request fails',
      'what is right is not refused',
      'what is wrong is refused',
      'a request that is carried out is answered',
      'tasks as described',
      'streams as described',
      'what is kept of what runs is true',
    ],
    sabotage: () => ({ remembersAtOnce: true, swarm: losingCommits }),
  },
  {
    name: 'a task is placed on an instance of another environment',
    rule: 'placement',
    also: ['capacity', 'nodes start together', 'hosts that take no tasks get none'],
    sabotage: () =>
      trigger(
        'AFTER UPDATE OF state ON main.jobs WHEN new.state = 3',
        `UPDATE tasks SET instance = coalesce((
           SELECT id FROM instances i WHERE i.environment <> tasks.environment AND i.state = 0 LIMIT 1), instance)
         WHERE job = new.seq AND attempt = new.attempt`,
      ),
  },
  {
    name: 'tasks that have not begun take no room',
    rule: 'what is kept of what runs is true',
    also: ['capacity'],
    sabotage: () => statement('i.id = t.instance WHERE t.state < 2', 'i.id = t.instance WHERE t.state = 1'),
  },
  {
    name: 'what is launched on any host comes to one of them',
    rule: 'capacity',
    also: ['hosts that take no tasks get none'],
    sabotage: () => ({
      swarm: (swarm) => ({ ...swarm, hosts: 4 }),
      ...trigger('AFTER INSERT ON instances', "UPDATE instances SET host = 'host1' WHERE id = new.id"),
    }),
  },
  {
    name: 'a host that takes no tasks is told as one that does',
    rule: 'hosts that take no tasks get none',
    sabotage: () => ({
      swarm: turning,
      hosts: (hosts) => hosts.map((host) => ({ ...host, open: true })),
    }),
  },
  {
    name: 'on a host that takes no tasks one may still line up',
    rule: 'nobody lines up on a host that takes no tasks',
    also: ['hosts that take no tasks get none'],
    sabotage: () => ({
      swarm: lining,
      // nothing is launched there
      hosts: (hosts) => hosts.map((host) => (host.open ? host : { ...host, open: true, foreign: host.size })),
    }),
  },
  {
    name: 'what others use of hosts is taken',
    rule: 'capacity',
    sabotage: () => ({
      swarm: (swarm) => ({
        ...swarm,
        hosts: 4,
        faults: 10,
        fault: { ...swarm.fault, 'host used': 50 },
      }),
      hosts: (hosts) => hosts.map((host) => ({ ...host, foreign: { milliVcpus: 0, memoryMiB: 0, gpus: 0 } })),
    }),
  },
  {
    name: 'GPUs that are in use are free',
    rule: 'capacity',
    sabotage: () => ({
      swarm: withGpus,
      ...trigger(
        'AFTER UPDATE OF state ON main.tasks WHEN new.state = 1',
        'UPDATE tasks SET gpus = 0 WHERE id = new.id',
      ),
    }),
  },
  {
    name: 'a report of an attempt that is over is heard again',
    rule: 'events name their attempt',
    also: [
      'the store is quiet',
      'legal paths',
      'every attempt has a task',
      'ends are true',
      'retries',
      'no attempt outlives its limit',
      'the activity log is true',
      'what never began is no attempt',
    ],
    sabotage: () =>
      statement('SELECT * FROM tasks WHERE id = ?', 'SELECT *, 1 AS state FROM tasks WHERE id = ?'),
  },
  {
    name: 'a failed attempt is called a success',
    rule: 'ends are true',
    sabotage: () => ({
      host: ({ machine }) => {
        const reports = machine.reports.bind(machine);
        machine.reports = () =>
          reports().map((report) => (report.kind === 'exited' ? { ...report, exitCode: 0 } : report));
      },
    }),
  },
  {
    name: 'another exit code than the real one is kept',
    rule: 'ends are true',
    sabotage: () => statement(OVER, 'exit_code = ? + 1, reason = ?, status_reason = ?'),
  },
  {
    name: 'another reason than the real one is kept',
    rule: 'attempts are true',
    sabotage: () => statement(OVER, `exit_code = ?, reason = ? || '!', status_reason = ?`),
  },
  {
    name: 'an attempt does not say why it is over',
    rule: 'an attempt that is over says why',
    also: ['attempts are true'],
    sabotage: () => statement(OVER, 'exit_code = ?, reason = ?, status_reason = NULL || ?'),
  },
  {
    name: 'an attempt stopped a little later than it did',
    rule: 'times are true',
    sabotage: () =>
      statement('started_at = ?, stopped_at = ?, exit_code', 'started_at = ?, stopped_at = ? + 1, exit_code'),
  },
  {
    name: 'a job started a little later than it did',
    rule: 'times are true',
    sabotage: () =>
      statement(
        'started_at = ?, stopped_at = NULL, exit_code',
        'started_at = ? + 1, stopped_at = NULL, exit_code',
      ),
  },
  {
    name: 'an array starts with its last child',
    rule: 'times are true',
    also: ['an end is an end'],
    sabotage: () => statement('WHERE seq = ? AND started_at IS NULL', 'WHERE seq = ?'),
  },
  {
    name: 'a job was created a little earlier than it was',
    rule: 'times are true',
    sabotage: () =>
      trigger(
        'AFTER INSERT ON main.jobs WHEN new.parent = 0',
        'UPDATE jobs SET created_at = created_at - 1 WHERE seq = new.seq',
      ),
  },
  {
    name: 'a job that ended has no time of its end',
    rule: 'times are true',
    sabotage: () => statement(', stopped_at = ?, started_at = ?', ', stopped_at = NULL + ?, started_at = ?'),
  },
  {
    name: 'a job is tried more often than it asks for',
    rule: 'retries',
    also: ['a job is shown as it is'],
    sabotage: () =>
      statement(
        'SELECT doc FROM specs WHERE id = ?',
        `SELECT replace(doc, '"attempts":', '"attempts":1') AS doc FROM specs WHERE id = ?`,
      ),
  },
  {
    name: 'a cancelled child says that a dependency failed',
    rule: 'reasons are true',
    sabotage: () =>
      statement(
        'coalesce(stopped_at, ?), status_reason = ?, ended_age = ?',
        `coalesce(stopped_at, ?), status_reason = substr('Dependent Job failed' || ?, 1, 20), ended_age = ?`,
      ),
  },
  {
    name: 'an attempt is stopped before its time is over',
    rule: 'reasons are true',
    sabotage: () =>
      statement(BEGUN, 'SET state = 1, started_at = ?, started_wall = ?, started_steady = ? - 40000'),
  },
  {
    name: 'an attempt is not stopped when its time is over',
    rule: 'no attempt outlives its limit',
    sabotage: () =>
      statement(BEGUN, 'SET state = 1, started_at = ?, started_wall = ?, started_steady = ? + 86400000'),
  },
  {
    name: 'a task that is stopped gets half its grace',
    rule: 'a stop gives its grace',
    sabotage: () =>
      engines((engine) => {
        const stop = engine.stop.bind(engine);
        return { stop: (taskId, graceSeconds) => stop(taskId, graceSeconds / 2) };
      }),
  },
  {
    name: 'an order is lost now and then, and nobody recalls it',
    rule: 'no task is without an owner',
    also: ['every job ends', 'no node outlives its job'],
    sabotage: () =>
      engines((engine) => {
        const start = engine.start.bind(engine);
        const isDue = every(5);
        return {
          start: async (orders) => {
            for (const order of orders) if (!isDue()) await start([order]);
          },
          recall: async () => false,
        };
      }),
  },
  {
    name: 'a task that was turned away counts as an attempt',
    rule: 'what never began is no attempt',
    sabotage: () =>
      engines((engine) => {
        const [list, watch] = [engine.list.bind(engine), engine.watch.bind(engine)];
        const spoil = (reports: readonly TaskReport[]): TaskReport[] =>
          reports.map((one) => (one.kind === 'unstarted' ? { ...one, kind: 'failed', stoppedAt: 0 } : one));
        return {
          list: async () => spoil(await list()),
          watch: (listener) => watch((reports) => listener(spoil(reports))),
        };
      }),
  },
  {
    name: 'nothing that runs can be stopped',
    rule: 'every job ends',
    also: ['no task is without an owner', 'no attempt outlives its limit', 'no node outlives its job'],
    sabotage: () => ({
      host: ({ machine }) => {
        machine.stop = () => {};
      },
    }),
  },
  {
    name: 'an engine is never told to forget',
    rule: 'the engine is quiet',
    sabotage: () => ({
      host: ({ machine }) => {
        machine.forget = () => {};
      },
    }),
  },
];
