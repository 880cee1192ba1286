import type { Swarm } from '../swarm.ts';
import { answers, type Canary, type Sabotage, statement, trigger } from './sabotage.ts';

/* Tokens of consumable resources: who has them, and how many there are. */

/** In a world whose jobs ask for tokens. */
const consuming = (sabotage: Sabotage): Sabotage => ({
  ...sabotage,
  swarm: (swarm: Swarm) => ({
    ...swarm,
    tokens: 0.8,
    weights: { ...swarm.weights, createConsumable: 4, updateConsumable: 6, describeConsumable: 4 },
  }),
});

export const CONSUMABLES: readonly Canary[] = [
  {
    name: 'a job that ends gives nothing back',
    rule: 'held plus free is the total',
    sabotage: () =>
      consuming(
        statement(
          'SET in_use = in_use - replenishable * ? WHERE seq = ?',
          'SET in_use = in_use - 0 * ? WHERE seq = ?',
        ),
      ),
  },
  {
    name: 'what is spent comes back',
    rule: 'held plus free is the total',
    sabotage: () =>
      consuming(
        trigger(
          'AFTER DELETE ON main.holds',
          'UPDATE consumables SET total = total + old.quantity WHERE seq = old.consumable AND replenishable = 0',
        ),
      ),
  },
  {
    name: 'a job that is tried again holds nothing',
    rule: 'who runs holds what it asked for',
    also: ['held plus free is the total'],
    sabotage: () =>
      consuming(
        trigger(
          'AFTER UPDATE ON main.jobs WHEN old.state >= 3 AND new.state = 2',
          'DELETE FROM holds WHERE job = new.seq',
        ),
      ),
  },
  {
    name: 'every fifth take is of one less',
    rule: 'who runs holds what it asked for',
    also: ['held plus free is the total'],
    sabotage: () =>
      consuming(
        trigger(
          'AFTER INSERT ON main.holds WHEN new.job % 5 = 0',
          'UPDATE holds SET quantity = quantity - 1 WHERE job = new.job AND consumable = new.consumable',
        ),
      ),
  },
  {
    name: 'of each resource a plan sees one token more',
    rule: 'nobody takes more than there is',
    also: ['who runs holds what it asked for', 'held plus free is the total'],
    sabotage: () =>
      consuming(
        statement(
          'SELECT * FROM consumables WHERE seq IN',
          'SELECT seq, name, replenishable, total + 1 AS total, in_use, created_at FROM consumables WHERE seq IN',
        ),
      ),
  },
  {
    name: 'a resource is described with one more in use',
    rule: 'consumable resources as described',
    sabotage: () =>
      consuming(
        answers((answer) => {
          if (answer.inUseQuantity !== undefined) answer.inUseQuantity++;
        }),
      ),
  },
];
