import { limitedIn, perSecondIn } from '../../domain/own-limits.ts';
import { type AccessFile, keyOfLimit, type LimitSaid } from './access-file.ts';
import type { Found } from './found.ts';
import { type Context, named, type Step } from './step.ts';

/* Limits of single users, roles and queues: each is set whole. */

const limitOf = (all: readonly LimitSaid[], name: string): LimitSaid | undefined =>
  all.find((one) => keyOfLimit(one.name) === keyOfLimit(name));

const isSame = (a: LimitSaid, b: LimitSaid): boolean =>
  perSecondIn(a.rate ?? '') === perSecondIn(b.rate ?? '') && a.burst === b.burst && a.jobs === b.jobs;

export const limitSteps = (
  { found, wrong, isOwn }: Context,
  file: AccessFile,
  said: LimitSaid,
  at: string,
): Step[] => {
  const { name, rate, burst, jobs } = said;
  if (rate !== undefined && perSecondIn(rate) === undefined)
    throw wrong(`${at}.rate`, 'requests a second such as 50/s are expected here');
  if (rate === undefined && burst === undefined && jobs === undefined)
    throw wrong(at, 'rate or jobs is missing');
  if (!staysIn(file, name) && !staysIn(found, name))
    throw wrong(`${at}.name`, `there is nobody of the name ${name}`);
  const now = limitOf(found.limits, name);
  return now && isSame(now, said)
    ? []
    : [
        {
          ...{
            says: `limit ${name}: ${textOf(said)}`,
            at,
            phase: 'give',
            isOwn: isOwnLimit(isOwn, found, name),
          },
          ...{ action: 'SetLimits', input: { ...said } },
        },
      ];
};

const isOwnLimit = (isOwn: Context['isOwn'], { users, roles }: Found, given: string): boolean => {
  const { kind, name } = limitedIn(given);
  if (kind === 'queue') return false;
  const found = named<{ readonly name: string }>(kind === 'user' ? users : roles, name);
  return found !== undefined && isOwn(kind, found.name);
};

const textOf = ({ rate, burst, jobs }: LimitSaid): string =>
  [
    ...(rate === undefined ? [] : [rate]),
    ...(burst === undefined ? [] : [`burst ${burst}`]),
    ...(jobs === undefined ? [] : [`${jobs} jobs`]),
  ].join(', ');

/** Those that the file does not name; of a user or role that goes itself they go with it. */
export const limitsGo = ({ found }: Context, said: AccessFile): Step[] =>
  found.limits
    .filter(({ name }) => !limitOf(said.limits, name) && staysIn(said, name))
    .map(({ name }) => ({
      ...{ says: `take the limits from ${name}`, phase: 'drop' },
      ...{ action: 'SetLimits', input: { name } },
    }));

const staysIn = ({ users, roles }: Pick<AccessFile | Found, 'users' | 'roles'>, given: string): boolean => {
  const { kind, name } = limitedIn(given);
  return (
    kind === 'queue' || named<{ readonly name: string }>(kind === 'user' ? users : roles, name) !== undefined
  );
};
