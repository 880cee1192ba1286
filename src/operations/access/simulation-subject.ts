import { compile, type Policy } from '../../auth/policy/compile.ts';
import { type Context, contextOf, layered } from '../../auth/policy/context.ts';
import { type Document, readDocument } from '../../auth/policy/document.ts';
import type { Rights } from '../../auth/policy/evaluate.ts';
import { type Input, textOf, textsOf } from '../../domain/access-input.ts';
import { isRefusal, Refusal } from '../../domain/refusal.ts';
import type { Source } from '../../service/rights.ts';
import type { Service } from '../../service/service.ts';
import type { Tx } from '../../store/store.ts';
import { requestFacts } from './contexts.ts';
import { noEntity } from './refusals.ts';
import { factsAlways } from './request-context.ts';
import { type Subject, subjectNamed } from './subject.ts';

/** Whose policies are tried, and what is known of it. */
export interface Tried {
  readonly rights: Rights;
  readonly facts: Context;
  readonly documents: readonly Document[];
  /** Where a policy of `rights` comes from. */
  readonly sourceOf: (policy: Policy) => Source | undefined;
}

/** Whom a request asks about (`PolicySourceArn`), with the policies that it brings along; nobody else's where it names nobody. */
export const triedIn = async (service: Service, tx: Tx, input: Input): Promise<Tried | Refusal> => {
  const arn = textOf(input, 'PolicySourceArn');
  const subject = arn === undefined ? undefined : await subjectNamed(service, tx, arn);
  if (arn !== undefined && subject?.arn !== arn)
    return noEntity(`The entity with ARN ${arn} cannot be found.`);
  const given = givenIn(input, 'PolicyInputList');
  const bounds = givenIn(input, 'PermissionsBoundaryPolicyInputList');
  const wrong = [...given, ...bounds].find(isRefusal);
  if (wrong) return new Refusal('InvalidInput', 400, wrong.message);
  return assembled(service, subject, given as Given[], (bounds as Given[]).slice(0, 1));
};

interface Given {
  readonly source: Source;
  readonly document: Document;
  readonly policy: Policy;
}

/** The documents that a request brings along. */
const givenIn = (input: Input, member: string): (Given | Refusal)[] =>
  textsOf(input, member).map((text, n) => {
    const document = readDocument(text, 'inline');
    const source = { id: `${member}.${n + 1}`, type: 'none', text } as const;
    return isRefusal(document) ? document : { source, document, policy: compile(document) };
  });

const assembled = (
  service: Service,
  subject: Subject | undefined,
  given: readonly Given[],
  bounds: readonly Given[],
): Tried => {
  const sources = subject?.held.sources ?? [];
  const rights: Rights = subject?.held.rights ?? { identity: [] };
  const boundary = bounds[0]?.policy ?? rights.boundary;
  // the boundary that it has is not looked at where another is tried
  const own = sources.filter(({ policy }) => bounds.length === 0 || policy !== rights.boundary);
  const all = [...given, ...bounds];
  const places = new Map<Policy, Source>([
    ...own.map((source) => [source.policy, source] as const),
    ...all.map(({ policy, source }) => [policy, source] as const),
  ]);
  return {
    rights: {
      identity: [...rights.identity, ...given.map(({ policy }) => policy)],
      ...(boundary !== undefined && { boundary }),
    },
    facts: factsIn(service, subject),
    documents: [...own.map(documentOf), ...all.map(({ document }) => document)],
    sourceOf: (policy) => places.get(policy),
  };
};

const documentOf = ({ text }: Source): Document => readDocument(text, 'inline') as Document;

/** As of a request of its own, of which nothing is told: not even from where it comes. */
const factsIn = (service: Service, { principal }: Partial<Subject> = {}): Context => {
  const { account, clock } = service;
  const request = { region: account.region, sourceIp: '' };
  const facts = principal
    ? factsAlways(service, principal, request)
    : layered(
        contextOf({ 'aws:PrincipalAccount': account.account }),
        requestFacts(request, account, clock.wall()),
      );
  return { get: (key) => (key === 'aws:sourceip' ? undefined : facts.get(key)) };
};
