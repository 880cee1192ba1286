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
  /** The statements of an effect that are about an action, in lower case, and a resource, as far as that can be told without a context. */
  readonly about: (effect: Statement['effect'], action: string, resource: Resource) => readonly Rule[];
}

/** A statement that can be asked, by who knows that it is about action and resource. */
export interface Rule {
  /** Which of its policy's statements it is, from 0. */
  readonly index: number;
  readonly sid?: string;
  readonly applies: (resource: Resource, context: Context) => boolean;
  /** Of a trust policy alone: how near it names who asks; undefined where it does not. */
  readonly names?: (asker: Asker) => Nearness | undefined;
}

/** Compiles a document once, for many questions. Why so: docs/decisions/access.md. */
export const compile = ({ version, statements }: Document, arn?: string): Policy => {
  const compiled = statements.map((one, index) => compiledOf(one, index, version === '2012-10-17'));
  const allows = kept(compiled.filter(({ effect }) => effect === 'Allow'));
  const denies = kept(compiled.filter(({ effect }) => effect === 'Deny'));
  const about: Policy['about'] = (effect, action, resource) =>
    (effect === 'Allow' ? allows : denies)(action, resource);
  return { ...(arn !== undefined && { arn }), about };
};

interface Compiled {
  readonly effect: Statement['effect'];
  readonly isAboutAction: (action: string) => boolean;
  /** True where variables decide. */
  readonly isAboutResource: (resource: Resource) => boolean;
  readonly rule: Rule;
}

/** A server asks about a hundred actions or two; who simulates may ask about any. */
const MOST_ACTIONS = 500;

/** What is about an action is the same for ever. */
const kept = (all: readonly Compiled[]): ((action: string, resource: Resource) => readonly Rule[]) => {
  const byAction = new Map<string, readonly Compiled[]>();
  const ofAction = (action: string): readonly Compiled[] => {
    const known = byAction.get(action);
    if (known) return known;
    const found = all.filter((one) => one.isAboutAction(action));
    if (byAction.size >= MOST_ACTIONS) byAction.clear();
    byAction.set(action, found);
    return found;
  };
  return (action, resource) =>
    ofAction(action).flatMap(({ isAboutResource, rule }) => (isAboutResource(resource) ? [rule] : []));
};

const compiledOf = (statement: Statement, index: number, variables: boolean): Compiled => {
  const resources = statement.resources && resourceMatch(statement.resources, statement.effect, variables);
  const conditions = statement.conditions.map((one) => conditionOf(one, variables));
  const { sid, principals, effect } = statement;
  const isDecided = resources === undefined || !resources.needsContext;
  return {
    effect,
    isAboutAction: actionMatch(statement.actions),
    isAboutResource: (resource) => resources === undefined || !isDecided || resources.fits(resource, NOTHING),
    rule: {
      index,
      ...(sid !== undefined && { sid }),
      applies: (resource, context) =>
        (isDecided || resources.fits(resource, context)) && conditions.every((holds) => holds(context)),
      ...(principals && { names: namesOf(principals, effect) }),
    },
  };
};

const NOTHING: Context = new Map();

/** Without case, and without variables (rules ). */
const actionMatch = ({ except, list }: Listed<readonly string[]>): ((action: string) => boolean) => {
  const reading = { wildcards: true, variables: false };
  const globs: Glob[] = list.map((pattern) => globOf(piecesOf(partsOf(pattern.toLowerCase(), reading))));
  return (action) => globs.some((glob) => glob(action)) !== except;
};

interface ResourceMatch {
  readonly needsContext: boolean;
  readonly fits: (resource: Resource, context: Context) => boolean;
}

/** An exception that nobody can tell: a Deny makes none, an Allow allows nothing (rule A-125). */
const resourceMatch = (
  { except, list }: Listed<readonly string[]>,
  effect: Statement['effect'],
  variables: boolean,
): ResourceMatch => {
  const patterns = list.map((pattern) => resourcePatternOf(pattern, variables));
  const needsContext = patterns.some((one) => one.needsContext);
  const some = (resource: Resource, context: Context) => patterns.some(({ fits }) => fits(resource, context));
  if (!except) return { needsContext, fits: some };
  const known = (context: Context) => effect === 'Deny' || patterns.every((one) => one.known(context));
  return { needsContext, fits: (resource, context) => known(context) && !some(resource, context) };
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
