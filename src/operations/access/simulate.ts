import { type Context, contextOf, layered } from '../../auth/policy/context.ts';
import { contextKeysOf } from '../../auth/policy/context-keys.ts';
import { evaluate, type Verdict } from '../../auth/policy/evaluate.ts';
import { statementPlaces } from '../../auth/policy/statement-places.ts';
import type { Decisive } from '../../auth/policy/together.ts';
import { checkInput, type Input, textsOf } from '../../domain/access-input.ts';
import { isRefusal, Refusal } from '../../domain/refusal.ts';
import type { Operation, Service } from '../../service/service.ts';
import type { Tx } from '../../store/store.ts';
import { type Page, pageIn } from './input.ts';
import { factsOf, looksIn } from './request-context.ts';
import { type Tried, triedIn } from './simulation-subject.ts';

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
    const tried = await service.store.read((tx) => triedIn(service, tx, input));
    return isRefusal(tried) ? tried : resultsOf(service, tried, input, page);
  };

/** Each slice reads what its resources have in a read of its own, so that others have their turn between two. */
const SLICE = 20;

const resultsOf = async (service: Service, tried: Tried, input: Input, page: Page) => {
  const actions = textsOf(input, 'ActionNames');
  const resources = textsOf(input, 'ResourceArns');
  const all = resources.length > 0 ? resources : ['*'];
  const total = actions.length * all.length;
  const from = /^\d{1,9}$/.test(page.after) ? Number(page.after) : 0;
  const to = Math.min(total, from + page.limit);
  const said = entriesIn(input);
  const keys = contextKeysOf(tried.documents);
  const EvaluationResults: object[] = [];
  for (let start = from; start < to; start += SLICE) {
    const slice = Array.from({ length: Math.min(SLICE, to - start) }, (_, n) => ({
      action: actions[Math.floor((start + n) / all.length)]!,
      resource: all[(start + n) % all.length]!,
    }));
    const facts = await service.store.read((tx) => factsAbout(service, tx, tried, slice));
    for (const { action, resource } of slice)
      EvaluationResults.push(resultOf(tried, keys, action, resource, layered(said, facts(resource))));
  }
  const Marker = Buffer.from(String(to)).toString('base64url');
  return { EvaluationResults, ...(to < total ? { IsTruncated: true, Marker } : { IsTruncated: false }) };
};

const READS_ALL = { readsTags: true, readsOwners: true };

const factsAbout = (
  service: Service,
  tx: Tx,
  { facts }: Tried,
  slice: readonly { readonly resource: string }[],
) =>
  factsOf(
    facts,
    READS_ALL,
    slice.map(({ resource }) => resource),
    looksIn(service, tx),
  );

const resultOf = (
  tried: Tried,
  keys: readonly string[],
  action: string,
  resource: string,
  context: Context,
) => {
  const question = { action, resource, context };
  const { boundary } = tried.rights;
  const verdict = evaluate(tried.rights, question);
  const bounds =
    boundary !== undefined &&
    boundary !== 'gone' &&
    evaluate({ identity: [boundary] }, question).kind === 'allow';
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: DECISIONS[verdict.kind],
    MatchedStatements: matchedBy(tried, verdict),
    MissingContextValues: keys.filter((key) => context.get(key.toLowerCase()) === undefined),
    ...(boundary !== undefined && {
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: bounds },
    }),
  };
};

/** The statement that decides. */
const matchedBy = ({ sourceOf }: Tried, verdict: Verdict): object[] => {
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
    const tried = await service.store.read((tx) => triedIn(service, tx, input));
    return isRefusal(tried) ? tried : { ContextKeyNames: contextKeysOf(tried.documents) };
  };

export const getContextKeysForCustomPolicy = keysFor('PolicyInputList');
export const getContextKeysForPrincipalPolicy = keysFor('PolicySourceArn');
