import { planFile, takeSteps } from '../../src/cli/apply/apply.ts';
import { fileOf } from '../../src/cli/apply/export.ts';
import { readFound } from '../../src/cli/apply/found.ts';
import { readAccess } from '../../src/cli/apply/read-file.ts';
import { trustDocument } from './iam.ts';
import { askOf, ownAskOf, whoIs } from './iam-asks.ts';
import type { World } from './world.ts';

/* Files of `access apply`, made true in a world of this process. */

export const ACCOUNT = 'arn:aws:iam::012345678910';

export const asksOf = (world: World, who = `${ACCOUNT}:root`) => ({
  ...{ iam: askOf(world), sts: whoIs(who), own: ownAskOf(world) },
});

export interface Applying {
  readonly prune?: boolean;
  readonly dryRun?: boolean;
}

/** Resolves to what was to be done, and what was left. */
export const applyAs = async (
  world: World,
  who: string | undefined,
  file: object,
  { prune = false, dryRun = false }: Applying,
  say: (line: string) => void,
) => {
  const read = readAccess('f', JSON.stringify(file, null, 1));
  const plan = await planFile(read, asksOf(world, who), prune);
  if (dryRun) for (const { says } of plan.steps) say(`would ${says}`);
  else await takeSteps(plan, asksOf(world, who), read, say);
  return plan;
};

/** What it says it did. */
export const done = async (world: World, file: object, flags: Applying = {}): Promise<string[]> => {
  const lines: string[] = [];
  await applyAs(world, undefined, file, flags, (line) => lines.push(line));
  return lines;
};

export const exported = async (world: World) => {
  return fileOf(await readFound(asksOf(world)));
};

export const documentOf = (Action: string | string[], more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*', ...more }],
});
export const trusts = (Principal: unknown, more: object = {}) =>
  JSON.parse(trustDocument(Principal, more)) as object;
