import { Refusal } from '../../domain/refusal.ts';
import { type Condition, operatorNamed } from './condition.ts';
import { LEGACY, wrongAction, wrongResource } from './format.ts';
import { momentOf } from './moments.ts';
import { type Principals, principalsOf } from './principals.ts';
import { type Texts, type Written, type WrittenStatement, writtenPolicy } from './syntax.ts';

/** What a document is for: managed policies must be of the newer version, trust policies name principals and no resource. */
export type DocumentKind = 'managed' | 'inline' | 'trust';

export interface Document {
  readonly version: '2008-10-17' | '2012-10-17';
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Listed<readonly string[]>;
  /** A trust policy has none: it is about its role. */
  readonly resources?: Listed<readonly string[]>;
  /** Of a trust policy alone. */
  readonly principals?: Listed<Principals>;
  readonly conditions: readonly Condition[];
}

/** What is listed, or (`except`) all but that. */
export interface Listed<T> {
  readonly except: boolean;
  readonly list: T;
}

const SYNTAX = 'Syntax errors in policy.';

/**
 * Reads a policy document. What is malformed is refused (MalformedPolicyDocument, 400) with the service's text for the first
 * that is wrong, in the service's order (rule A-096).
 */
export const readDocument = (text: string, kind: DocumentKind): Document | Refusal => {
  const written = writtenPolicy(text);
  if (!written) return malformed(SYNTAX);
  const wrong = firstWrong(written, kind);
  return wrong === undefined ? documentOf(written, kind) : malformed(wrong);
};

/** Of a policy whose form is right: only its principals may still be wrong. */
export const documentOf = (written: Written, kind: DocumentKind): Document | Refusal => {
  const statements: Statement[] = [];
  for (const statement of written.Statement) {
    const principals = kind === 'trust' ? trustedBy(statement) : undefined;
    if (principals instanceof Refusal) return principals;
    statements.push(statementOf(statement, principals));
  }
  return { version: written.Version === '2012-10-17' ? '2012-10-17' : '2008-10-17', statements };
};

const malformed = (text: string): Refusal => new Refusal('MalformedPolicyDocument', 400, text);

const firstWrong = ({ Version, Statement: all }: Written, kind: DocumentKind): string | undefined => {
  if (kind === 'managed' && Version !== '2012-10-17')
    return 'Policy document must be version 2012-10-17 or greater.';
  const resource = first(all.flatMap(resourcesIn), wrongResource);
  if (all.some(isLegacy) || resource === LEGACY) return LEGACY;
  const sids = all.flatMap(({ Sid }) => (Sid ? [Sid] : []));
  if (new Set(sids).size < sids.length) return 'Statement IDs (SID) in a single policy must be unique.';
  if (all.some((one) => actionsIn(one).length === 0)) return 'Policy statement must contain actions.';
  return resource ?? first(all.flatMap(actionsIn), wrongAction) ?? wrongForKind(all, kind);
};

const wrongForKind = (all: readonly WrittenStatement[], kind: DocumentKind): string | undefined => {
  const hasResource = (one: WrittenStatement) => one.Resource !== undefined || one.NotResource !== undefined;
  const hasPrincipal = (one: WrittenStatement) =>
    one.Principal !== undefined || one.NotPrincipal !== undefined;
  if (kind === 'trust') {
    if (all.some(hasResource)) return 'Has prohibited field Resource.';
    if (!all.every(hasPrincipal)) return 'Missing required field Principal';
    return all.flatMap(actionsIn).every((action) => TRUST_ACTIONS.has(action.toLowerCase()))
      ? undefined
      : 'AssumeRole policy may only specify STS AssumeRole actions.';
  }
  if (all.some(hasPrincipal)) return 'Policy document should not specify a principal.';
  return all.every((one) => resourcesIn(one).length > 0)
    ? undefined
    : 'Policy statement must contain resources.';
};

const TRUST_ACTIONS = new Set(
  [
    'AssumeRole',
    'AssumeRoleWithSAML',
    'AssumeRoleWithWebIdentity',
    'TagSession',
    'SetSourceIdentity',
    'SetContext',
  ].map((name) => `sts:${name.toLowerCase()}`),
);

const first = (texts: readonly string[], wrong: (text: string) => string | undefined): string | undefined => {
  for (const text of texts) {
    const found = wrong(text);
    if (found !== undefined) return found;
  }
  return undefined;
};

const isLegacy = (statement: WrittenStatement): boolean =>
  !['Allow', 'Deny'].includes(statement.Effect) || conditionsIn(statement).some(hasNoMoment);

const hasNoMoment = ({ operator, values }: Condition): boolean => {
  const named = operatorNamed(operator);
  return (
    named?.kind === 'compares' &&
    named.base.startsWith('Date') &&
    values.some((value) => momentOf(value) === undefined)
  );
};

const listOf = (texts: Texts | undefined): readonly string[] =>
  texts === undefined ? [] : typeof texts === 'string' ? [texts] : texts;
const actionsIn = (one: WrittenStatement) => listOf(one.Action ?? one.NotAction);
const resourcesIn = (one: WrittenStatement) => listOf(one.Resource ?? one.NotResource);

const conditionsIn = ({ Condition: written = {} }: WrittenStatement): Condition[] =>
  Object.entries(written).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({
      operator,
      key,
      values: (Array.isArray(values) ? values : [values]).map(String),
    })),
  );

const trustedBy = (one: WrittenStatement): Listed<Principals> | Refusal => {
  const list = principalsOf(one.Principal ?? one.NotPrincipal);
  return list instanceof Refusal ? list : { except: one.NotPrincipal !== undefined, list };
};

const statementOf = (one: WrittenStatement, principals: Listed<Principals> | undefined): Statement => ({
  ...(one.Sid && { sid: one.Sid }),
  effect: one.Effect as 'Allow' | 'Deny',
  actions: { except: one.NotAction !== undefined, list: actionsIn(one) },
  ...(principals
    ? { principals }
    : { resources: { except: one.NotResource !== undefined, list: resourcesIn(one) } }),
  conditions: conditionsIn(one),
});
