import { type Context, contextOf, layered } from '../../auth/policy/context.ts';
import { contextKeysOf } from '../../auth/policy/context-keys.ts';
import { type Decisive, evaluate, type Verdict } from '../../auth/policy/evaluate.ts';
import { statementPlaces } from '../../auth/policy/statement-places.ts';
import { isRefusal, Refusal } from '../../domain/refusal.ts';
import type { Operation, Service } from '../../service/service.ts';
import type { Tx } from '../../store/store.ts';
import { ownerFacts, requestFacts, tagFacts } from './contexts.ts';
import { ownerOfArn, tagsOfArn } from './facts.ts';
import { checkInput, type Input, type Page, pageIn, textsOf } from './input.ts';
import { type Subject, subjectOf } from './simulation-subject.ts';

/* What policies would say, without anything being done. */

/** A key and what it holds, as a request tells it. */
const entriesIn = (input: Input): Context => {
  const entries = Array.isArray(input.ContextEntries) ? (input.ContextEntries as Input[]) : [];
  return contextOf(
    Object.fromEntries(
      entries.flatMap((entry) => {
        const values = textsOf(entry, 'ContextKeyValues');
        const isList = String(entry.ContextKeyType ?? '').endsWith('List');
        return values.length === 0
          ? []
          : [[String(entry.ContextKeyName ?? ''), isList ? values : values[0]!] as const];
      }),
    ),
  );
};

/** Of all the policies that a request brings along: to try a thousand questions on more would hold up everybody. */
const MOST_CHARACTERS = 131_072;
const LISTS = ['PolicyInputList', 'PermissionsBoundaryPolicyInputList'];

const wrongIn = (input: Input, required: readonly string[]): Refusal | undefined => {
  const wrong = checkInput(input, required, { PolicySourceArn: { least: 20, most: 2048 } });
  if (wrong) return wrong;
  if (input.ResourcePolicy !== undefined)
    return new Refusal('InvalidInput', 400, 'ResourcePolicy is not supported: nothing here has one.');
  const characters = LISTS.flatMap((member) => textsOf(input, member)).join('').length;
  if (characters > MOST_CHARACTERS)
    return new Refusal(
      'InvalidInput',
      400,
      `The policies have more than ${MOST_CHARACTERS} characters together.`,
    );
  const action = textsOf(input, 'ActionNames').find((name) => !/^[^:*?]+:[^:*?]+$/.test(name));
  return action === undefined
    ? undefined
    : new Refusal('InvalidInput', 400, `Invalid action name: ${action}`);
};

const DECISIONS = { allow: 'allowed', explicitDeny: 'explicitDeny', implicitDeny: 'implicitDeny' } as const;

/**
 * Tries each action on each resource. What is known of whom it asks about, of the resources and of the time is known here, too; what
 * the request says of a key goes before.
 */
const simulating =
  (required: readonly string[]): Operation<Input> =>
  async (service, input) => {
    const page = wrongIn(input, required) ?? pageIn(input);
    if (isRefusal(page)) return page;
    return service.store.read(async (tx) => {
      const subject = await subjectOf(service, tx, input);
      return isRefusal(subject) ? subject : resultsOf(service, tx, subject, input, page);
    });
  };

const resultsOf = async (service: Service, tx: Tx, subject: Subject, input: Input, page: Page) => {
  const actions = textsOf(input, 'ActionNames');
  const resources = textsOf(input, 'ResourceArns');
  const all = resources.length > 0 ? resources : ['*'];
  const total = actions.length * all.length;
  const from = /^\d{1,9}$/.test(page.after) ? Number(page.after) : 0;
  const to = Math.min(total, from + page.limit);
  const said = entriesIn(input);
  const EvaluationResults = [];
  for (let n = from; n < to; n++) {
    const resource = all[n % all.length]!;
    const action = actions[Math.floor(n / all.length)]!;
    const context = layered(said, await knownOf(service, tx, subject, resource));
    EvaluationResults.push(resultOf(subject, action, resource, context));
  }
  const Marker = Buffer.from(String(to)).toString('base64url');
  return { EvaluationResults, ...(to < total ? { IsTruncated: true, Marker } : { IsTruncated: false }) };
};

const knownOf = async (service: Service, tx: Tx, { facts }: Subject, resource: string): Promise<Context> => {
  const { account, clock } = service;
  const request = { region: account.region, sourceIp: '' };
  const tags = resource.startsWith('arn:') ? await tagsOfArn(service, tx, resource) : {};
  return layered(
    facts,
    tagFacts(resource, tags),
    ownerFacts(await ownerOfArn(service, tx, resource)),
    contextOf({ 'aws:PrincipalAccount': account.account }),
    withoutAddress(requestFacts(request, account, clock.wall())),
  );
};

/** From where a request would come nobody knows. */
const withoutAddress = (context: Context): Context => ({
  get: (key) => (key === 'aws:sourceip' ? undefined : context.get(key)),
});

const resultOf = (subject: Subject, action: string, resource: string, context: Context) => {
  const question = { action, resource, context };
  const { boundary } = subject.rights;
  const verdict = evaluate(subject.rights, question);
  const bounds =
    boundary !== undefined &&
    boundary !== 'gone' &&
    evaluate({ identity: [boundary] }, question).kind === 'allow';
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: DECISIONS[verdict.kind],
    MatchedStatements: matchedBy(subject, verdict),
    MissingContextValues: contextKeysOf(subject.documents).filter(
      (key) => context.get(key.toLowerCase()) === undefined,
    ),
    ...(boundary !== undefined && {
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: bounds },
    }),
  };
};

/** The statement that decides. */
const matchedBy = ({ sourceOf }: Subject, verdict: Verdict): object[] => {
  if (verdict.kind === 'implicitDeny') return [];
  const { policy, rule }: Decisive = verdict.by;
  const source = sourceOf(policy);
  if (!source) return [];
  const { start, end } = statementPlaces(source.text)[rule.index]!;
  return [
    {
      SourcePolicyId: source.id,
      SourcePolicyType: source.type,
      StartPosition: { Line: start.line, Column: start.column },
      EndPosition: { Line: end.line, Column: end.column },
    },
  ];
};

export const simulateCustomPolicy = simulating(['PolicyInputList', 'ActionNames']);
export const simulatePrincipalPolicy = simulating(['PolicySourceArn', 'ActionNames']);

/** The condition keys that policies look at. */
const keysFor =
  (required: string): Operation<Input> =>
  async (service, input) => {
    const wrong = wrongIn(input, [required]);
    if (wrong) return wrong;
    const subject = await service.store.read((tx) => subjectOf(service, tx, input));
    return isRefusal(subject) ? subject : { ContextKeyNames: contextKeysOf(subject.documents) };
  };

export const getContextKeysForCustomPolicy = keysFor('PolicyInputList');
export const getContextKeysForPrincipalPolicy = keysFor('PolicySourceArn');
