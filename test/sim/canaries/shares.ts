import type { Swarm } from '../swarm.ts';
import { answers, type Canary, eachJob, type Sabotage, statement, trigger } from './sabotage.ts';

/* Shares: whose a job is, what was used, who is next. */

/** In a world whose queues nearly all have policies. */
const shared = (sabotage: Sabotage, weights: Swarm['weights'] = {}): Sabotage => ({
  ...sabotage,
  swarm: (swarm) => ({ ...swarm, shared: 0.95, weights: { ...swarm.weights, ...weights } }),
});

export const SHARES: readonly Canary[] = [
  {
    name: 'a share is that of its name in any queue',
    rule: 'a job is of its share',
    sabotage: () =>
      shared(
        statement(
          'SELECT * FROM shares WHERE queue = ? AND name',
          'SELECT * FROM shares WHERE queue <> -? AND name',
        ),
      ),
  },
  {
    name: 'a job is shown without its share',
    rule: 'a job is of its share',
    also: ['lists show what matches'],
    sabotage: () => eachJob((job) => delete job.shareIdentifier),
  },
  {
    name: 'a job stands where its number is, whatever its priority',
    rule: 'jobs start in their order',
    also: ['fronts as described'],
    sabotage: () =>
      shared(
        trigger(
          'AFTER INSERT ON main.jobs',
          'UPDATE jobs SET rank = rank % 549755813888 WHERE seq = new.seq',
        ),
      ),
  },
  {
    name: 'every tenth job comes before all others',
    rule: 'jobs start in their order',
    also: ['fronts as described'],
    sabotage: () =>
      trigger(
        'AFTER INSERT ON main.jobs WHEN new.seq % 10 = 0 AND new.parent = 0 AND new.size = 0',
        'UPDATE jobs SET rank = 1 WHERE seq = new.seq',
      ),
  },
  {
    name: 'nothing is kept free',
    rule: 'what is reserved stays free',
    sabotage: () =>
      shared(
        trigger(
          'AFTER INSERT ON main.policies',
          `UPDATE policies SET doc = json_set(doc, '$.fairsharePolicy.computeReservation', 0) WHERE doc LIKE '{"fair%'`,
        ),
        { createPolicy: 4, describePolicies: 0, updatePolicy: 0, createConsumable: 0 },
      ),
  },
  {
    name: 'every use is written as more than it was',
    rule: 'use is what attempts took',
    sabotage: () =>
      shared(statement('SET used = excluded.used, moment', 'SET used = 2 * excluded.used, moment')),
  },
  {
    name: 'room in a line counts from when it was asked for',
    rule: 'use is what attempts took',
    sabotage: () =>
      shared(statement('SET placed_age = ? WHERE id', 'SET placed_age = min(placed_age, ?) WHERE id')),
  },
  {
    name: 'a share goes with its last job, whatever it used',
    rule: 'a share goes when nothing counts',
    sabotage: () =>
      shared(
        statement(
          'AND NOT EXISTS (SELECT 1 FROM share_uses u WHERE u.share = s.seq)',
          'AND NOT EXISTS (SELECT 1 FROM share_uses u WHERE u.share = -s.seq)',
        ),
      ),
  },
  {
    name: 'a policy is shown with another reservation',
    rule: 'policies as described',
    sabotage: () =>
      answers(({ schedulingPolicies }) => {
        for (const { fairsharePolicy } of schedulingPolicies ?? [])
          if (fairsharePolicy) fairsharePolicy.computeReservation++;
      }),
  },
  {
    name: 'a policy that a queue goes by is deleted',
    rule: 'what is wrong is refused',
    sabotage: () =>
      shared(
        statement(
          'SELECT 1 FROM queues WHERE policy = ? LIMIT 1',
          'SELECT 1 FROM queues WHERE policy = -? LIMIT 1',
        ),
      ),
  },
];
