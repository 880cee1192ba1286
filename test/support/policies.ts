import { readFileSync } from 'node:fs';
import { compile, type Policy } from '../../src/auth/policy/compile.ts';
import { contextOf, type Value } from '../../src/auth/policy/context.ts';
import {
  type Document,
  type DocumentKind,
  documentOf,
  readDocument,
} from '../../src/auth/policy/document.ts';
import {
  evaluate,
  evaluateTrust,
  type PolicyKind,
  type Rights,
  type Verdict,
} from '../../src/auth/policy/evaluate.ts';
import type { Asker } from '../../src/auth/policy/principals.ts';
import { writtenPolicy } from '../../src/auth/policy/syntax.ts';
import { isRefusal, type Refusal } from '../../src/domain/refusal.ts';

type Values = Readonly<Record<string, Value>>;

export interface Written {
  readonly kind: PolicyKind;
  readonly document: object;
}

/** A case of `test/fixtures/policy-cases.json`: what policies say to a request, and why. */
export interface PolicyCase {
  readonly name: string;
  readonly policies: readonly Written[];
  readonly request: { readonly action: string; readonly resource: string; readonly context: Values };
  readonly expect: Verdict['kind'];
  readonly why: string;
}

export const policyCases = (): readonly PolicyCase[] =>
  JSON.parse(readFileSync(new URL('../fixtures/policy-cases.json', import.meta.url), 'utf8'));

/** Fails the test where the document is refused. */
export const policyOf = (document: object, kind: DocumentKind = 'inline', arn?: string): Policy =>
  compile(read(readDocument(JSON.stringify(document), kind), document), arn);

/** Also of what cannot be saved. */
const uncheckedPolicyOf = (document: object, kind: DocumentKind = 'inline'): Policy =>
  compile(read(documentOf(writtenPolicy(JSON.stringify(document))!, kind), document));

const read = (document: Document | Refusal, written: object): Document => {
  if (isRefusal(document)) throw new Error(`${document.message} ${JSON.stringify(written)}`);
  return document;
};

/** A boundary is one. */
export const rightsOf = (policies: readonly Written[]): Rights => {
  const of = (kind: PolicyKind) =>
    policies.filter((one) => one.kind === kind).map(({ document }) => uncheckedPolicyOf(document));
  const [boundary] = of('boundary');
  const session = of('session');
  return {
    identity: of('identity'),
    ...(boundary && { boundary }),
    ...(session.length > 0 && { session }),
  };
};

/** In trust cases the context says who asks. */
const askerOf = (context: Values): Asker => {
  const text = (key: string) => context[key] as string | undefined;
  const provider = text('aws:FederatedProvider');
  const name = text('aws:PrincipalServiceName');
  if (provider !== undefined) return { kind: 'federated', provider };
  if (name !== undefined) return { kind: 'service', name };
  return { kind: 'user', account: text('aws:PrincipalAccount')!, arn: text('aws:PrincipalArn')! };
};

export const verdictOn = ({ policies, request }: Pick<PolicyCase, 'policies' | 'request'>): Verdict => {
  const question = { ...request, context: contextOf(request.context) };
  const trust = policies.find(({ kind }) => kind === 'trust');
  const rights = rightsOf(policies);
  return trust
    ? evaluateTrust(uncheckedPolicyOf(trust.document, 'trust'), askerOf(request.context), rights, question)
    : evaluate(rights, question);
};
