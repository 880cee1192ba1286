import { evaluate } from '../../auth/policy/evaluate.ts';
import { accessDenied, type Refused } from '../../auth/policy/words.ts';
import { firstRefused } from '../../auth/questions/answer.ts';
import { type Asks, asks, type Found, type Question } from '../../auth/questions/question.ts';
import { questionsOf } from '../../auth/questions/questions.ts';
import { jobArn } from '../../domain/arn.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Principal } from '../../service/principal.ts';
import type { Caller, RequestFacts, Service } from '../../service/service.ts';
import { foundFor } from './facts.ts';
import { contextsFor, factsAlways, factsOf, looksIn } from './request-context.ts';
import { type Applicant, askerOf, notTrusted, trustedFor } from './trusted-role.ts';

type ServiceName = Parameters<typeof accessDenied>[0];

/** A request, as far as policies look at it. */
export interface Authorising extends RequestFacts {
  readonly service: ServiceName;
  readonly operation: string;
  /** Undefined where the body cannot be read. */
  readonly input: () => unknown;
  /** Which a job that it submits has as its own. */
  readonly requestId?: string;
}

/**
 * Whether a principal may ask what it asks: the caller that the operation is given, or the refusal (rules ). Root is
 * asked about nothing.
 */
export const authorise = async (
  service: Service,
  principal: Principal,
  request: Authorising,
): Promise<Caller | Refusal> => {
  const closed = closedToSession(principal, request);
  if (closed) return closed;
  if (principal.who.kind === 'root') return callerOf(principal);
  const { operation } = request;
  const { wanted, input, revision } = await askedBy(service, principal, request);
  const caller = { ...callerOf(principal), ...(revision !== undefined && { revision }) };
  const refuse = (refused: Omit<Refused, 'caller'>) =>
    accessDenied(request.service, { ...refused, caller: principal.arn });
  const refusedOf = async (questions: readonly Question[]): Promise<Refusal | undefined> => {
    const contexts = await contextsFor(service, principal, request, questions);
    const refused = firstRefused(principal.rights, questions, contexts);
    return refused && refuse(refused);
  };
  switch (wanted.kind) {
    case 'all':
      return (await refusedOf(wanted.questions)) ?? caller;
    case 'each':
      return { ...caller, refusals: await eachRefused(wanted.questions, input, refusedOf) };
    case 'found':
      return { ...caller, mayStop: mayStopOf(service, principal, request, wanted.action) };
    case 'too long':
      return caller;
    case 'trust':
      return mayAssume(service, principal, request, wanted, caller);
    case 'unknown':
      return refuse({
        action: `${request.service}:${operation}`,
        resource: '*',
        verdict: { kind: 'implicitDeny', lacking: 'identity' },
      });
  }
};

/** What a request asks, with its body; `revision`: what the name of a definition in it means now. */
export const askedBy = async (service: Service, principal: Principal, request: Authorising) => {
  const { operation, requestId } = request;
  const asking = { service: request.service, operation, input: request.input(), account: service.account };
  const found = {
    ...(await foundFor(service, asking, callerOf(principal))),
    ...passedOn(principal),
    ...(requestId !== undefined && { newJobId: requestId }),
  };
  const wanted = questionsOf({ ...asking, found });
  return { wanted, input: asking.input, revision: found.activeRevision };
};

/** Who asks for a role, with its request. */
export const applicantOf = (service: Service, principal: Principal, request: RequestFacts): Applicant => ({
  asker: askerOf(principal, service.account.account),
  rights: principal.rights,
  facts: factsAlways(service, principal, request),
});

/** Who it is, as operations and the audit know it. */
export const callerOf = (principal: Principal): Caller => {
  const known = callers.get(principal) ?? madeCaller(principal);
  callers.set(principal, known);
  return known;
};

/** Each request asks for it several times, and who asks is kept. */
const callers = new WeakMap<Principal, Caller>();

const madeCaller = (principal: Principal): Caller => {
  const { arn, accessKeyId, id, who, temporary, limits } = principal;
  return {
    ...{ arn, accessKeyId, userId: id, who },
    ...(who.kind === 'user' && { userName: who.name }),
    ...(who.kind === 'role' && { roleArn: who.role.arn }),
    ...(temporary && { sessionSince: temporary.issuedAt }),
    ...(limits?.jobs !== undefined && { mostJobs: limits.jobs }),
  };
};

const passedOn = ({ who }: Principal): Pick<Found, 'passesTags' | 'passesIdentity'> =>
  who.kind === 'role'
    ? {
        passesTags: (who.doc.transitive ?? []).length > 0,
        passesIdentity: who.doc.sourceIdentity !== undefined,
      }
    : {};

/** What the session of a user or of root may do of STS, and nothing of IAM (rule A-077). GetSessionToken says itself why not. */
const STS_OF_SESSIONS = ['AssumeRole', 'GetCallerIdentity', 'GetSessionToken'];

const closedToSession = (
  { temporary, who }: Principal,
  { service, operation }: Authorising,
): Refusal | undefined => {
  if (!temporary || who.kind === 'role') return undefined;
  if (service === 'iam')
    return new Refusal('InvalidClientTokenId', 403, 'The security token included in the request is invalid.');
  return service === 'sts' && !STS_OF_SESSIONS.includes(operation)
    ? new Refusal('AccessDenied', 403, `Cannot call ${operation} with session credentials`)
    : undefined;
};

/** The role's trust policy says, and the caller's own where that leaves it to them. */
const mayAssume = async (
  service: Service,
  principal: Principal,
  request: Authorising,
  { role, questions }: Extract<Asks, { kind: 'trust' }>,
  caller: Caller,
): Promise<Caller | Refusal> => {
  // which role it is, is the first thing that the operation asks for
  if (role === undefined) return caller;
  const trusted = await trustedFor(service, role, questions, applicantOf(service, principal, request));
  return 'roleId' in trusted
    ? { ...caller, roleId: trusted.roleId }
    : notTrusted(principal.arn, trusted.refused, role);
};

/** By how the request names them. */
const eachRefused = async (
  questions: readonly Question[],
  input: unknown,
  refusedOf: (questions: readonly Question[]) => Promise<Refusal | undefined>,
): Promise<ReadonlyMap<string, Refusal>> => {
  const given = (input as { jobs: unknown[] }).jobs.filter((one) => typeof one === 'string');
  const refusals = new Map<string, Refusal>();
  for (const [n, question] of questions.entries()) {
    const refusal = await refusedOf([question]);
    if (refusal) refusals.set(given[n]!, refusal);
  }
  return refusals;
};

const mayStopOf =
  (
    service: Service,
    principal: Principal,
    request: Authorising,
    action: string,
  ): NonNullable<Caller['mayStop']> =>
  async (tx, jobId) => {
    const question = asks(action, [jobArn(service.account, jobId)]);
    const always = factsAlways(service, principal, request);
    const facts = await factsOf(always, principal, question.resources, looksIn(service, tx));
    const [resource] = question.resources;
    return evaluate(principal.rights, { action, resource, context: facts(resource) }).kind === 'allow';
  };
