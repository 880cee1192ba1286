import { type Resource, resourcePatternOf } from './arn-pattern.ts';
import { conditionOf } from './condition.ts';
import type { Context } from './context.ts';
import type { Document, Listed, Statement } from './document.ts';
import { type Glob, globOf } from './glob.ts';
import { type Asker, type Nearness, nearnessOf, type Principals } from './principals.ts';
import { partsOf, piecesOf } from './template.ts';

/** A policy that can be asked. */
export interface Policy {
  /** Of a managed policy: refusals name it. */
  readonly arn?: string;
  /** The statements of an effect whose Action or NotAction an action fits, in lower case. */
  readonly about: (effect: Statement['effect'], action: string) => readonly Rule[];
}

/** A statement that can be asked, by who knows that it is about the action. */
export interface Rule {
  readonly sid?: string;
  readonly applies: (resource: Resource, context: Context) => boolean;
  /** Of a trust policy alone: how near it names who asks; undefined where it does not. */
  readonly names?: (asker: Asker) => Nearness | undefined;
}

/** Compiles a document once, for many questions. Why so: docs/decisions/access.md. */
export const compile = ({ version, statements }: Document, arn?: string): Policy => {
  const rules = statements.map((one) => ({
    effect: one.effect,
    isAbout: actionMatch(one.actions),
    rule: ruleOf(one, version === '2012-10-17'),
  }));
  const about = kept((effect: Statement['effect'], action) =>
    rules.filter((one) => one.effect === effect && one.isAbout(action)).map(({ rule }) => rule),
  );
  return { ...(arn !== undefined && { arn }), about };
};

/** A server asks about a hundred actions or two; who simulates may ask about any. */
const MOST_ACTIONS = 500;

/** What was found for an action is the same for ever. */
const kept = (find: Policy['about']): Policy['about'] => {
  const found = { Allow: new Map<string, readonly Rule[]>(), Deny: new Map<string, readonly Rule[]>() };
  return (effect, action) => {
    const known = found[effect].get(action);
    if (known) return known;
    const rules = find(effect, action);
    if (found[effect].size >= MOST_ACTIONS) found[effect].clear();
    found[effect].set(action, rules);
    return rules;
  };
};

const ruleOf = (statement: Statement, variables: boolean): Rule => {
  const fitsResource = statement.resources && resourceMatch(statement.resources, statement.effect, variables);
  const conditions = statement.conditions.map((one) => conditionOf(one, variables));
  const { sid, principals, effect } = statement;
  return {
    ...(sid !== undefined && { sid }),
    applies: (resource, context) =>
      (fitsResource === undefined || fitsResource(resource, context)) &&
      conditions.every((holds) => holds(context)),
    ...(principals && { names: namesOf(principals, effect) }),
  };
};

/** Without case, and without variables (rules ). */
const actionMatch = ({ except, list }: Listed<readonly string[]>): ((action: string) => boolean) => {
  const reading = { wildcards: true, variables: false };
  const globs: Glob[] = list.map((pattern) => globOf(piecesOf(partsOf(pattern.toLowerCase(), reading))));
  return (action) => globs.some((glob) => glob(action)) !== except;
};

/** An exception that nobody can tell: a Deny makes none, an Allow allows nothing (rule A-125). */
const resourceMatch = (
  { except, list }: Listed<readonly string[]>,
  effect: Statement['effect'],
  variables: boolean,
): ((resource: Resource, context: Context) => boolean) => {
  const patterns = list.map((pattern) => resourcePatternOf(pattern, variables));
  const some = (resource: Resource, context: Context) => patterns.some(({ fits }) => fits(resource, context));
  if (!except) return some;
  if (effect === 'Deny') return (resource, context) => !some(resource, context);
  return (resource, context) => patterns.every(({ known }) => known(context)) && !some(resource, context);
};

/**
 * All but those who are listed: a Deny spares only who is named by itself or by its role, an Allow lets in only who is not
 * named in any way.
 */
const namesOf =
  ({ except, list }: Listed<Principals>, effect: Statement['effect']) =>
  (asker: Asker): Nearness | undefined => {
    const nearness = nearnessOf(list, asker);
    if (!except) return nearness;
    const spared = effect === 'Deny' ? nearness === 'itself' || nearness === 'role' : nearness !== undefined;
    return spared ? undefined : 'itself';
  };
