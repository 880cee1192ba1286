import { answers, type Canary, statement } from './sabotage.ts';

/* What a snapshot shows of a queue. */

export const FRONTS: readonly Canary[] = [
  {
    name: 'the front of a queue misses its first',
    rule: 'fronts as described',
    sabotage: () => answers(({ frontOfQueue }) => frontOfQueue?.jobs.shift()),
  },
  {
    name: 'the front of a queue is read from its end',
    rule: 'fronts as described',
    sabotage: () => statement('ORDER BY 3)', 'ORDER BY 3 DESC)'),
  },
  {
    name: 'what stands in a line counts as use',
    rule: 'fronts as described',
    // lines are seldom, and soon over
    sabotage: () => ({
      ...statement('AND t.after IS NULL AND j.queue = ?', 'AND j.queue = ?'),
      swarm: (swarm) => ({ ...swarm, weights: { ...swarm.weights, snapshot: 30 } }),
    }),
  },
];
