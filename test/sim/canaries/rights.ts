import { type Canary, statement } from './sabotage.ts';

/* Who may do what, and how many jobs of a principal have not finished. */

const RULE = 'who may what is as policies say now';

/** Users' rights change often, and they ask much. */
const often =
  (...names: string[]) =>
  (sabotage: ReturnType<typeof statement>) => ({
    ...sabotage,
    swarm: (swarm: Parameters<NonNullable<ReturnType<typeof statement>['swarm']>>[0]) => ({
      ...swarm,
      weights: { ...swarm.weights, grant: 20, ...Object.fromEntries(names.map((name) => [name, 30])) },
    }),
  });

export const RIGHTS: readonly Canary[] = [
  {
    name: 'a policy that is put again stays what it was',
    rule: RULE,
    sabotage: () =>
      often('submit')(
        statement(
          'ON CONFLICT (owner_kind, owner, name) DO UPDATE SET document = excluded.document',
          'ON CONFLICT (owner_kind, owner, name) DO UPDATE SET document = document',
        ),
      ),
  },
  {
    name: 'of several policies the first alone is read',
    rule: RULE,
    sabotage: () =>
      often('submit')(
        statement(
          'SELECT name, document FROM inline_policies WHERE owner_kind = ? AND owner = ? ORDER BY name',
          'SELECT name, document FROM inline_policies WHERE owner_kind = ? AND owner = ? ORDER BY name LIMIT 1',
        ),
      ),
  },
  {
    name: 'of several groups of a user the first alone counts',
    rule: RULE,
    sabotage: () =>
      often('join')(
        statement(
          'SELECT g.* FROM memberships m JOIN user_groups g ON g.seq = m.user_group WHERE m.member = ? ORDER BY g.folded',
          'SELECT g.* FROM memberships m JOIN user_groups g ON g.seq = m.user_group WHERE m.member = ? ORDER BY g.folded LIMIT 1',
        ),
      ),
  },
  {
    name: 'whom a role trusts stays whom it trusted first',
    rule: RULE,
    sabotage: () =>
      often(
        'assume',
        'changeRole',
      )(
        statement(
          'UPDATE roles SET trust = ?, trusted_ids = ?,',
          'UPDATE roles SET trust = coalesce(trust, ?), trusted_ids = coalesce(trusted_ids, ?),',
        ),
      ),
  },
  {
    name: 'a session has the rights of the youngest role',
    rule: RULE,
    sabotage: () =>
      often(
        'assume',
        'submit',
      )(
        statement(
          'SELECT * FROM roles WHERE seq = ?',
          'SELECT * FROM roles WHERE seq >= ? ORDER BY seq DESC LIMIT 1',
        ),
      ),
  },
  {
    name: 'children are nobody’s',
    rule: RULE,
    sabotage: () =>
      often(
        'terminate',
        'submit',
      )(statement('coalesce(p.submitter, j.submitter) AS submitted_by', 'j.submitter AS submitted_by')),
  },
  {
    name: 'jobs that end count on as unfinished',
    rule: 'unfinished jobs are counted',
    sabotage: () =>
      often('submit')(
        statement('SET jobs = jobs + ? WHERE principal', 'SET jobs = jobs + max(?, 0) WHERE principal'),
      ),
  },
];
