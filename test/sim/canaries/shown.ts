import type { Outcome } from '../server.ts';
import { answers, type Canary, eachJob, engines, every, statement, trigger } from './sabotage.ts';

/* What clients are told, and a server that fails. */

/** Every so many requests that come to `from` come to `to` instead. */
const instead = (n: number, from: Outcome['kind'], to: Outcome) => {
  const isDue = every(n);
  return {
    answer: (_operation: string, outcome: Outcome) => (outcome.kind === from && isDue() ? to : outcome),
  };
};

const FAULT: Outcome = { kind: 'fault', text: 'Error: nobody knows' };

export const SHOWN: readonly Canary[] = [
  {
    name: 'a task that changes is not noted as changed',
    rule: 'what is kept of what runs is true',
    sabotage: () => ({ exec: 'DROP TRIGGER temp.changed_task_up' }),
  },
  {
    name: 'an instance that changes is not noted as changed',
    rule: 'what is kept of what runs is true',
    sabotage: () => ({ exec: 'DROP TRIGGER temp.changed_instance_up' }),
  },
  {
    name: 'what a count loses is left where it was',
    rule: 'queues are counted',
    sabotage: () => statement('DO UPDATE SET n = n + excluded.n', 'DO UPDATE SET n = max(n, n + excluded.n)'),
  },
  {
    name: 'what is recalled is counted where it was',
    rule: 'queues are counted',
    sabotage: () =>
      trigger(
        'AFTER UPDATE OF state ON main.jobs WHEN old.state = 3 AND new.state = 2 AND new.role = 0',
        'UPDATE queue_counts SET n = n + 1 WHERE queue = new.queue AND state = 3',
      ),
  },
  {
    name: 'a job is not found now and then',
    rule: 'an accepted job is there',
    sabotage: () =>
      answers((answer, operation) => {
        if (operation === 'DescribeJobs') answer.jobs.splice(0, 1);
      }),
  },
  {
    name: 'a job is shown under another name',
    rule: 'a job is shown as it is',
    sabotage: () =>
      eachJob((job) => {
        job.jobName += '-';
      }),
  },
  {
    name: 'a waiting job does not say why',
    rule: 'no job waits without a reason',
    sabotage: () =>
      eachJob((job) => {
        if (job.status === 'RUNNABLE') delete job.statusReason;
      }),
  },
  {
    name: 'a failed job does not say why',
    rule: 'FAILED has a reason',
    sabotage: () => statement(', status_reason = ?', ', status_reason = NULL || ?'),
  },
  {
    name: 'the last attempt is not shown',
    rule: 'attempts are those that are over',
    sabotage: () => eachJob((job) => job.attempts?.pop()),
  },
  {
    name: 'an attempt is shown with the stream of another',
    rule: 'attempts are true',
    sabotage: () =>
      eachJob((job) => {
        const [first, second] = job.attempts ?? [];
        if (second) second.container.logStreamName = first.container.logStreamName;
      }),
  },
  {
    name: 'a stop is not shown',
    rule: 'flags of a stop',
    sabotage: () =>
      eachJob((job) => {
        delete job.isTerminated;
      }),
  },
  {
    name: 'a log loses its lines',
    rule: 'a log never shrinks',
    sabotage: () => ({
      host: ({ output }) => {
        const read = output.read.bind(output);
        output.read = (id, request) => {
          const whole = read(id, request);
          return whole.events.length > 1 ? { ...whole, events: [] } : whole;
        };
      },
    }),
  },
  {
    name: 'a log is shown with a blank less',
    rule: 'a log is what its task printed',
    sabotage: () =>
      answers(({ events }) => {
        for (const one of events ?? []) one.message = one.message.replace(' ', '');
      }),
  },
  {
    name: 'the activity log calls each end one of the attempt before',
    rule: 'the activity log is true',
    sabotage: () => ({
      line: (fields) =>
        fields.status && fields.attempt ? { ...fields, attempt: Number(fields.attempt) - 1 } : fields,
    }),
  },
  {
    name: 'an attempt that is followed by another has no line in the activity log',
    rule: 'the activity log is true',
    sabotage: () => ({ line: (fields, message) => (message.startsWith('an attempt') ? undefined : fields) }),
  },
  {
    name: 'every 20th start has no line in the activity log',
    rule: 'the activity log is true',
    sabotage: () => {
      const isOne = every(20);
      return { line: (fields, message) => (message === 'a job started' && isOne() ? undefined : fields) };
    },
  },
  {
    name: 'a job is shown with an image of another',
    rule: 'a job is shown as it is',
    sabotage: () =>
      eachJob((job) => {
        if (job.container?.image) job.container.image += '-';
      }),
  },
  {
    name: 'a list shows jobs in later states too',
    rule: 'lists show what matches',
    also: ['pages show a job once'],
    sabotage: () => statement('WHERE j.queue = ? AND j.state = ?', 'WHERE j.queue = ? AND j.state >= ?'),
  },
  {
    name: 'a filter lets other names through',
    rule: 'lists show what matches',
    also: ['pages show a job once', 'pages are in order'],
    sabotage: () => statement('j.name = k.key COLLATE NOCASE', 'j.name >= k.key COLLATE NOCASE'),
  },
  {
    name: 'a list shows children in other states',
    rule: 'lists show what matches',
    sabotage: () =>
      statement(
        'ORDER BY seq LIMIT :limit)) ORDER BY j.seq',
        `UNION ALL SELECT seq FROM jobs WHERE parent = :parent AND parent > 0 AND state NOT IN (2, 5) AND state = 6
          AND seq > max(:parent, :after) ORDER BY seq LIMIT :limit)) ORDER BY j.seq`,
      ),
  },
  {
    name: 'a page begins with the last of the one before',
    rule: 'pages show a job once',
    sabotage: () => statement('AND j.parent = 0 AND j.seq < ?', 'AND j.parent = 0 AND j.seq <= ?'),
  },
  {
    name: 'a page leaves one out',
    rule: 'pages show every job',
    sabotage: () => statement('AND j.parent = 0 AND j.seq < ?', 'AND j.parent = 0 AND j.seq + 1 < ?'),
  },
  {
    name: 'a page that is not the last has one less',
    rule: 'pages are full',
    sabotage: () =>
      answers(({ jobSummaryList, nextToken }) => {
        if (nextToken) jobSummaryList?.pop();
      }),
  },
  {
    name: 'a list begins with the oldest',
    rule: 'pages are in order',
    also: ['pages show every job', 'pages show a job once'],
    sabotage: () => statement('j.seq < ? ORDER BY j.seq DESC', 'j.seq < ? ORDER BY j.seq'),
  },
  {
    name: 'an environment is shown as another',
    rule: 'environments as described',
    sabotage: () =>
      answers(({ computeEnvironments }) => {
        for (const one of computeEnvironments ?? []) one.status = 'INVALID';
      }),
  },
  {
    name: 'a queue is shown with another priority',
    rule: 'queues as described',
    sabotage: () =>
      answers(({ jobQueues }) => {
        for (const one of jobQueues ?? []) one.priority++;
      }),
  },
  {
    name: 'a definition is shown as if it was there still',
    rule: 'definitions as described',
    sabotage: () =>
      answers(({ jobDefinitions }) => {
        for (const one of jobDefinitions ?? []) one.status = 'ACTIVE';
      }),
  },
  {
    name: 'a tag that is set again keeps what it was',
    rule: 'tags are those that were set',
    sabotage: () => statement('DO UPDATE SET value = excluded.value', 'DO UPDATE SET value = value'),
  },
  {
    name: 'tags that are removed stay',
    rule: 'tags are those that were set',
    also: ['consumable resources as described', 'what is right is not refused', 'what is wrong is refused'],
    sabotage: () =>
      statement('AND owner = ? AND key IN (SELECT value', 'AND owner = ? AND key NOT IN (SELECT value'),
  },
  {
    name: 'a queue’s tags are shown as another’s',
    rule: 'tags are those that were set',
    sabotage: () =>
      answers(({ jobQueues }) => {
        if (jobQueues?.length > 1) jobQueues[0].tags = jobQueues[1].tags;
      }),
  },
  {
    name: 'a tag of a resource is missing where tags are listed',
    rule: 'tags are those that were set',
    sabotage: () =>
      answers(({ tags }, operation) => {
        if (operation === 'ListTagsForResource') delete tags[Object.keys(tags)[0] ?? ''];
      }),
  },
  {
    name: 'a list shows when a job was first placed',
    rule: 'times are true',
    sabotage: () => statement('created_at AS at, max(attempt)', 'created_at AS at, min(attempt)'),
  },
  {
    name: 'a task is shown as another job’s',
    rule: 'tasks as described',
    sabotage: () =>
      answers(({ tasks }) => {
        for (const one of tasks ?? []) one.startedBy += '-';
      }),
  },
  {
    name: 'an instance hides one of its tasks',
    rule: 'instances as described',
    sabotage: () =>
      statement('coalesce(sum(t.state = 1), 0) AS running', 'max(sum(t.state = 1) - 1, 0) AS running'),
  },
  {
    name: 'a cluster counts what waits as running',
    rule: 'clusters as described',
    sabotage: () => statement('AND state < 2 AND state = 1) AS running', 'AND state < 2) AS running'),
  },
  {
    name: 'a stream is shown under another name',
    rule: 'streams as described',
    sabotage: () =>
      answers(({ logStreams }) => {
        for (const one of logStreams ?? []) one.logStreamName += '-';
      }),
  },
  {
    name: 'an environment is answered with another ARN',
    rule: 'answer',
    sabotage: () =>
      answers((answer, operation) => {
        if (operation === 'CreateComputeEnvironment') answer.computeEnvironmentArn += '-';
      }),
  },
  {
    name: 'what is right is refused now and then',
    rule: 'what is right is not refused',
    sabotage: () =>
      instead(50, 'answer', { kind: 'refused', type: 'ClientException', text: 'JobQueue q not found.' }),
  },
  {
    name: 'an environment that a queue has is deleted',
    rule: 'what is wrong is refused',
    sabotage: () =>
      statement(
        'FROM queue_environments WHERE environment = ? LIMIT 1',
        'FROM queue_environments WHERE environment < -? LIMIT 1',
      ),
  },
  {
    name: 'a refusal is worded as nobody expects',
    rule: 'refusals are worded as they should be',
    also: ['what is right is not refused'],
    sabotage: () => instead(3, 'refused', { kind: 'refused', type: 'ClientException', text: 'no' }),
  },
  {
    name: 'a request is carried out and answered with a fault',
    rule: 'a request that is carried out is answered',
    sabotage: () => instead(50, 'answer', FAULT),
  },
  {
    name: 'a wrong request is answered with a fault',
    rule: 'no request fails',
    also: ['a request that is carried out is answered'],
    sabotage: () => instead(3, 'refused', FAULT),
  },
  {
    name: 'a statement of the loops is none',
    rule: 'no turn fails',
    sabotage: () =>
      statement(
        'SELECT seq, unmet, queue, size FROM jobs WHERE state = 0',
        'SELECT nothing FROM jobs WHERE state = 0',
      ),
  },
  {
    name: 'a row is refused, and taken when it comes again',
    rule: 'no group is run again',
    also: ['no turn fails'],
    // what was undone counts as a change, too
    sabotage: () =>
      trigger(
        'BEFORE INSERT ON main.tasks WHEN total_changes() % 20 = 0',
        "SELECT RAISE(ABORT, 'now and then')",
      ),
  },
  {
    name: 'a rejection is heard by nobody',
    rule: 'nothing is thrown past everybody',
    sabotage: () =>
      engines((engine) => {
        const start = engine.start.bind(engine);
        return {
          start: (orders) => {
            void Promise.reject(new Error('nobody hears'));
            return start(orders);
          },
        };
      }),
  },
];
