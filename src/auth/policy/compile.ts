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
  readonly rules: readonly Rule[];
}

/** A statement that can be asked: whether it is about the action, then the resource, and whether it applies. */
export interface Rule {
  /** Which of its policy's statements it is, from 0. */
  readonly index: number;
  readonly sid?: string;
  readonly effect: Statement['effect'];
  /** The action is in lower case. */
  readonly isAboutAction: (action: string) => boolean;
  /** As far as that can be told without a context: true where variables decide. */
  readonly isAboutResource: (resource: Resource) => boolean;
  readonly applies: (resource: Resource, context: Context) => boolean;
  /** Of a trust policy alone: how near it names who asks; undefined where it does not. */
  readonly names?: (asker: Asker) => Nearness | undefined;
}

/** Compiles a document once, for many questions. Why so: docs/decisions/access.md. */
export const compile = ({ version, statements }: Document, arn?: string): Policy => ({
  ...(arn !== undefined && { arn }),
  rules: statements.map((one, index) => ruleOf(one, index, version === '2012-10-17')),
});

const ruleOf = (statement: Statement, index: number, variables: boolean): Rule => {
  const resources = statement.resources && resourceMatch(statement.resources, statement.effect, variables);
  const conditions = statement.conditions.map((one) => conditionOf(one, variables));
  const { sid, principals, effect } = statement;
  const isDecided = resources === undefined || !resources.needsContext;
  return {
    index,
    ...(sid !== undefined && { sid }),
    effect,
    isAboutAction: actionMatch(statement.actions),
    isAboutResource: (resource) => resources === undefined || !isDecided || resources.fits(resource, NOTHING),
    applies: (resource, context) =>
      (isDecided || resources.fits(resource, context)) && conditions.every((holds) => holds(context)),
    ...(principals && { names: namesOf(principals, effect) }),
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
