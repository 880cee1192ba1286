import { limitedIn, perSecondIn, wrongLimits } from '../../domain/own-limits.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import type { Operation, Service } from '../../service/service.ts';
import { roleNamed } from '../../store/access/roles.ts';
import { userNamed } from '../../store/access/users.ts';
import { allLimits, type LimitRow, limitRole, limitUser } from '../../store/own-limits.ts';
import { queueNamed, updateQueue } from '../../store/queue-rows.ts';
import type { Tx } from '../../store/store.ts';
import { changing } from './found.ts';

/** Of whom, and what: without any of them it has no limits of its own any more. */
export interface LimitsInput {
  /** A user's name, `role/NAME` or `queue/NAME`. */
  readonly name: string;
  /** Requests a second: `50/s`. */
  readonly rate?: string;
  /** Requests at once after a rest. */
  readonly burst?: number;
  /** Jobs that have not finished. */
  readonly jobs?: number;
}

/** The limits of one user, role or queue, in place of all that it had of its own (rules ). In force for the next request. */
export const setLimits: Operation<LimitsInput> = async (service, input) => {
  if (input.name.length > LONGEST_NAME) return refuse(`name has ${LONGEST_NAME} characters at the most`);
  const { kind, name } = limitedIn(input.name);
  const wrong = wrongLimits(input);
  if (wrong !== undefined) return refuse(wrong);
  const { rate, burst = null, jobs = null } = input;
  const limits = { per_second: rate === undefined ? null : perSecondIn(rate)!, burst, most_jobs: jobs };
  return changing(service, async (tx) => {
    const set = await SET[kind](service, tx, name, limits);
    if (isRefusal(set)) return set;
    return shown({ kind, name: set, ...limits });
  });
};

/** As long as an ARN may be. */
const LONGEST_NAME = 2048;

type Setting = (
  service: Service,
  tx: Tx,
  name: string,
  limits: Pick<LimitRow, 'per_second' | 'burst' | 'most_jobs'>,
) => Promise<string | Refusal>;

/** Each resolves to the name as it is written. */
const SET: Readonly<Record<LimitRow['kind'], Setting>> = {
  user: async (_, tx, name, limits) => {
    const user = await userNamed(tx, name);
    if (!user) return refuse(`there is no user ${name}`);
    await limitUser(tx, user.seq, limits);
    return user.name;
  },
  role: async (_, tx, name, limits) => {
    const role = await roleNamed(tx, name);
    if (!role) return refuse(`there is no role ${name}`);
    await limitRole(tx, role.seq, limits);
    return role.name;
  },
  queue: async ({ catalog }, tx, name, { most_jobs }) => {
    const queue = await queueNamed(tx, name);
    if (!queue) return refuse(`there is no queue ${name}`);
    await updateQueue(tx, queue.seq, { most_jobs });
    catalog.forget(tx);
    return queue.name;
  },
};

/** All limits that somebody has of its own. */
export const listLimits: Operation<object> = async ({ store }) => ({
  limits: (await store.read(allLimits)).map(shown),
});

const shown = ({ kind, name, per_second, burst, most_jobs }: LimitRow) => ({
  name: kind === 'user' ? name : `${kind}/${name}`,
  ...(per_second !== null && { rate: `${per_second}/s` }),
  ...(burst !== null && { burst }),
  ...(most_jobs !== null && { jobs: most_jobs }),
});
