import { isDeepStrictEqual } from 'node:util';
import type { AccessFile } from './access-file.ts';
import type { Found } from './found.ts';
import {
  COMES,
  changes,
  type Effect,
  effectOf,
  GOES,
  later,
  type Phase,
  type Rights,
  together,
} from './order.ts';
import { arnOf } from './plan-made.ts';
import { isSameName, named } from './step.ts';
import { turnsOf } from './turns.ts';

interface Policy {
  readonly now?: Effect;
  readonly next?: Effect;
  readonly isChanged: boolean;
}

/** `arnIn`: of a policy as the file names it. */
export const rightsOf = (said: AccessFile, found: Found, arnIn: (name: string) => string): Rights => {
  const policies = policiesIn(said, found);
  const bounds = new Set(
    [
      ...[...found.users, ...found.roles].map(({ boundary }) => boundary),
      ...[...said.users, ...said.roles].map(({ boundary }) => boundary && arnIn(boundary)),
    ].filter((arn) => arn !== undefined),
  );
  const effects = (arn: string): Effect[] => {
    const { now, next } = policies.get(arn) ?? { now: 'allows' };
    return [now, next].filter((one) => one !== undefined);
  };
  const changed = (arn: string): Phase =>
    bounds.has(arn) ? 'bound' : changes(effects(arn)[0]!, effects(arn).at(-1)!);
  const isChanged = (arn: string) => policies.get(arn)?.isChanged ?? false;
  const inGroup = (name: string): Effect => {
    const [now, then] = [named(found.groups, name), said.groups.find((one) => isSameName(one.name, name))];
    const inline = [now, then].flatMap((one) => Object.values(one?.inline ?? {}).map(effectOf));
    const attached = [...(now?.policies ?? []), ...(then?.policies ?? []).map(arnIn)].flatMap(effects);
    return together([...inline, ...attached]);
  };
  return {
    comes: (arn) => {
      const phase = COMES[effects(arn).at(-1)!];
      return isChanged(arn) ? later(phase, changed(arn)) : phase;
    },
    goes: (arn) => GOES[together(effects(arn))],
    ...{ changes: changed, isChanged },
    joined: (group) => COMES[inGroup(group)],
    turns: turnsOf(said, found, (arn) => isChanged(arn) && changed(arn) === 'turn', arnIn),
    left: (group) => (GOES[inGroup(group)] === 'take' ? 'take' : 'leave'),
  };
};

const policiesIn = (said: AccessFile, found: Found): ReadonlyMap<string, Policy> => {
  const policies = new Map<string, Policy>();
  for (const { arn, document } of found.policies)
    policies.set(arn, { now: effectOf(document), isChanged: false });
  for (const one of said.policies) {
    const now = named(found.policies, one.name);
    policies.set(now?.arn ?? arnOf(found.account, 'policy', one), {
      ...(now && { now: effectOf(now.document) }),
      next: effectOf(one.document),
      isChanged: now !== undefined && !isDeepStrictEqual(now.document, one.document),
    });
  }
  return policies;
};
