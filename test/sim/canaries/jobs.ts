import { type Canary, every, statement, trigger } from './sabotage.ts';

/* What becomes of jobs, and what waits for what. */

const BACK_IN_LINE =
  'rank = CASE rank WHEN 0 THEN seq ELSE rank END\n  WHERE seq IN (SELECT value FROM json_each(?))';

export const JOBS: readonly Canary[] = [
  {
    name: 'of what is asked for again some stay FAILED',
    rule: 'what is asked for again runs again',
    sabotage: () => statement(BACK_IN_LINE, `${BACK_IN_LINE} AND seq % 3 > 0`),
  },
  {
    name: 'who waits for a job that runs again counts one too many',
    rule: 'counters',
    sabotage: () => statement('unmet = ?, status_reason = NULL', 'unmet = ? + 1, status_reason = NULL'),
  },
  {
    name: 'a job that is changed runs again as it was',
    rule: 'an order is as its job says',
    also: ['a job is shown as it is', 'a task has what its job asks', 'the history is whole'],
    sabotage: () => statement('SET spec = ?, shape = ?', 'SET spec = spec + 0 * ?, shape = ?'),
  },
  {
    name: 'an array does not count the child that runs again',
    rule: 'counters',
    sabotage: () =>
      statement('live = live + ?, failed = failed - ?', 'live = live + 0 * ?, failed = failed - ?'),
  },
  {
    name: 'a retry begins anew, as a job that was just submitted',
    rule: 'legal paths',
    sabotage: () => statement(', attempt = ?, stopped_at = ?', ', attempt = ?, state = 1, stopped_at = ?'),
  },
  {
    name: 'a job that was accepted is not stored',
    rule: 'an accepted job is never gone',
    also: [
      'the history is whole',
      'what is right is not refused',
      'a job is shown as it is',
      'no attempt has two tasks',
      'an order is as its job says',
      'the activity log is true',
    ],
    sabotage: () => ({ commit: every(60) }),
  },
  {
    name: 'an end is taken for a day and a half older than it is',
    rule: 'an accepted job is never gone',
    sabotage: () =>
      statement('container_reason = ?, ended_age = ?', 'container_reason = ?, ended_age = ? - 129600000'),
  },
  {
    name: 'a job comes from nowhere',
    rule: 'jobs come from SubmitJob',
    sabotage: () =>
      trigger(
        'AFTER UPDATE OF state ON main.jobs WHEN new.state = 6 AND new.parent = 0',
        `INSERT INTO jobs (id, rank, name, queue, spec, shape, state, created_at)
         VALUES (new.id || '-again', 1000000 + new.seq, new.name, new.queue, new.spec, new.shape, 0, new.created_at)`,
      ),
  },
  {
    name: 'a job gets another name',
    rule: 'a job is as submitted',
    sabotage: () =>
      trigger(
        'AFTER INSERT ON main.jobs WHEN new.parent = 0',
        `UPDATE jobs SET name = name || '-' WHERE seq = new.seq`,
      ),
  },
  {
    name: 'an array has a child less',
    rule: 'an array has its children',
    sabotage: () => statement('FROM n WHERE i < size - 1)', 'FROM n WHERE i < size - 2)'),
  },
  {
    name: 'a revision is left out',
    rule: 'revisions',
    sabotage: () =>
      statement('SET last_revision = last_revision + 1', 'SET last_revision = last_revision + 2'),
  },
  {
    name: 'a job that has ended still counts what it waited for',
    rule: 'an end is an end',
    sabotage: () => statement('AND state < 2 AND unmet > 0', 'AND unmet > 0'),
  },
  {
    name: 'a parent does not count its failed children',
    rule: 'counters',
    also: ['an array ends with its last child'],
    sabotage: () => statement('failed = failed + ?', 'failed = failed + 0 * ?'),
  },
  {
    name: 'a parent counts a child twice',
    rule: 'counters',
    also: ['an array ends with its last child'],
    sabotage: () => statement('live = live - ?', 'live = live - 2 * ?'),
  },
  {
    name: 'a parent ends with its first child that fails',
    rule: 'an array ends with its last child',
    sabotage: () =>
      statement('RETURNING seq, live, failed', 'RETURNING seq, live * (failed = 0) AS live, failed'),
  },
  {
    name: 'a dependency that is met is counted twice',
    rule: 'counters',
    sabotage: () => statement('SET unmet = unmet - 1', 'SET unmet = max(unmet - 2, 0)'),
  },
  {
    name: 'a dependent starts with the first that is met',
    rule: 'a dependent never starts early',
    sabotage: () => statement('CASE WHEN unmet = 1 AND', 'CASE WHEN unmet >= 1 AND'),
  },
  {
    name: 'a dependency that is met is not told to every second',
    rule: 'counters',
    also: ['every job ends'],
    sabotage: () => statement('AND state < 2 AND unmet > 0', 'AND state < 2 AND unmet > 0 AND seq % 2 = 0'),
  },
  {
    name: 'nobody is told of a failure',
    rule: 'a failed dependency fails its dependents',
    also: ['counters', 'every job ends'],
    sabotage: () =>
      trigger('AFTER INSERT ON main.settled WHEN new.ok = 0', 'DELETE FROM settled WHERE seq = new.seq'),
  },
  {
    name: 'what runs does not keep a deleted queue',
    rule: 'a queue goes with its last job',
    sabotage: () =>
      statement(
        'WHERE queue = ? AND parent = 0 AND state IN (0, 1, 2, 3, 4) LIMIT 1',
        'WHERE queue = ? AND parent = 0 AND state IN (0, 1, 2, 3) LIMIT 1',
      ),
  },
  {
    name: 'jobs of every second shape are not looked for',
    rule: 'every job ends',
    also: ['fronts as described', 'jobs start in their order'],
    sabotage: () =>
      statement('ORDER BY n.shape, n.rank LIMIT 1', 'AND n.shape % 2 = 1 ORDER BY n.shape, n.rank LIMIT 1'),
  },
  {
    name: 'a deleted queue never goes',
    rule: 'queues as described',
    also: ['the store is quiet', 'what is deleted goes', 'what is wrong is refused'],
    sabotage: () =>
      trigger(
        `BEFORE UPDATE OF status ON main.queues WHEN old.status = 'DELETING' AND new.status = 'DELETED'`,
        'SELECT RAISE(IGNORE)',
      ),
  },
  {
    name: 'the deletion of a queue is never done with',
    rule: 'the store is quiet',
    sabotage: () =>
      statement('DELETE FROM sweeps WHERE seq = ?', `DELETE FROM sweeps WHERE seq = ? AND kind <> 'queue'`),
  },
  {
    name: 'logs outlive their jobs',
    rule: 'what is deleted goes',
    sabotage: () => ({
      host: ({ output }) => {
        output.remove = () => {};
      },
    }),
  },
];
