import { type Context, contextOf, layered, lazily } from '../../auth/policy/context.ts';
import { evaluate } from '../../auth/policy/evaluate.ts';
import { accessDenied, type Refused } from '../../auth/policy/words.ts';
import { firstRefused } from '../../auth/questions/answer.ts';
import { asks, type Question } from '../../auth/questions/question.ts';
import { questionsOf } from '../../auth/questions/questions.ts';
import { type Account, jobArn } from '../../domain/arn.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Tags } from '../../domain/tags.ts';
import type { Principal } from '../../service/principals.ts';
import type { Caller, Service } from '../../service/service.ts';
import { foundFor, ownerOfArn, tagsNow, tagsOfArn } from './facts.ts';

type ServiceName = Parameters<typeof accessDenied>[0];

/** A request, as far as policies look at it. */
export interface Authorising {
  readonly service: ServiceName;
  readonly operation: string;
  /** Undefined where the body cannot be read. */
  readonly input: () => unknown;
  /** Of the credential's scope. */
  readonly region: string;
  readonly sourceIp: string;
  readonly userAgent?: string | undefined;
  readonly referer?: string | undefined;
}

/**
 * Whether a user may ask what it asks: the caller that the operation is given, or the refusal (rules ). Root is never
 * asked about.
 */
export const authorise = async (
  service: Service,
  principal: Principal,
  request: Authorising,
): Promise<Caller | Refusal> => {
  const { operation } = request;
  const asking = { service: request.service, operation, input: request.input(), account: service.account };
  const found = await foundFor(service, asking, principal.arn);
  const wanted = questionsOf({ ...asking, found });
  const { activeRevision: revision } = found;
  const caller = { ...callerOf(principal), ...(revision !== undefined && { revision }) };
  const refuse = (refused: Omit<Refused, 'caller'>) =>
    accessDenied(request.service, { ...refused, caller: principal.arn });
  const refusedOf = async (questions: readonly Question[]): Promise<Refusal | undefined> => {
    const facts = await factsOf(service, principal, request, questions, {
      tags: (arn) => tagsNow(service, arn),
      owner: (arn) => service.store.read((tx) => ownerOfArn(service, tx, arn)),
    });
    const refused = firstRefused(principal.rights, questions, ({ context }, resource) =>
      layered(contextOf(context), facts(resource)),
    );
    return refused && refuse(refused);
  };
  switch (wanted.kind) {
    case 'all':
      return (await refusedOf(wanted.questions)) ?? caller;
    case 'each':
      return { ...caller, refusals: await eachRefused(wanted.questions, asking.input, refusedOf) };
    case 'found':
      return { ...caller, mayStop: mayStopOf(service, principal, request, wanted.action) };
    case 'unknown':
      return refuse({
        action: `${request.service}:${operation}`,
        resource: '*',
        verdict: { kind: 'implicitDeny', lacking: 'identity' },
      });
  }
};

const callerOf = ({ arn, accessKeyId, name, id }: Principal): Caller => ({
  arn,
  accessKeyId,
  userName: name,
  userId: id,
});

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
    const facts = await factsOf(service, principal, request, [question], {
      tags: (arn) => tagsOfArn(service, tx, arn),
      owner: (arn) => ownerOfArn(service, tx, arn),
    });
    const [resource] = question.resources;
    return evaluate(principal.rights, { action, resource, context: facts(resource) }).kind === 'allow';
  };

/** How what a resource has is found out. */
interface Looks {
  readonly tags: (arn: string) => Promise<Tags>;
  readonly owner: (arn: string) => Promise<string | undefined>;
}

/** Rules: tags and a job's owner where a policy looks at any. */
const factsOf = async (
  { account, clock }: Service,
  principal: Principal,
  request: Authorising,
  questions: readonly Question[],
  looks: Looks,
): Promise<(resource: string) => Context> => {
  const always = layered(
    lazily(() => requestFacts(request, clock.wall())),
    lazily(() => principalFacts(account, principal)),
  );
  const { readsTags, readsOwners } = principal;
  if (!readsTags && !readsOwners) return () => always;
  const known = new Map<string, Context>();
  for (const arn of new Set(questions.flatMap(({ resources }) => resources))) {
    const owner = readsOwners ? await looks.owner(arn) : undefined;
    const has = {
      ...(readsTags && tagFacts(arn, await looks.tags(arn))),
      ...(owner !== undefined && { 'longshore:JobOwner': owner }),
    };
    known.set(arn, layered(contextOf(has), always));
  }
  return (resource) => known.get(resource)!;
};

const tagFacts = (arn: string, tags: Tags): Tags =>
  Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      ...(arn.includes(':iam:') ? [[`iam:ResourceTag/${key}`, value]] : []),
    ]),
  );

const requestFacts = ({ sourceIp, region, userAgent, referer }: Authorising, now: number): Context =>
  contextOf({
    'aws:SourceIp': sourceIp,
    'aws:SecureTransport': 'false',
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:RequestedRegion': region,
    ...(userAgent !== undefined && { 'aws:UserAgent': userAgent }),
    ...(referer !== undefined && { 'aws:Referer': referer }),
  });

const principalFacts = ({ account }: Account, { arn, id, name, tags }: Principal): Context =>
  contextOf({
    'aws:PrincipalArn': arn,
    'aws:PrincipalAccount': account,
    'aws:ResourceAccount': account,
    'aws:PrincipalType': 'User',
    'aws:userid': id,
    'aws:username': name,
    'aws:PrincipalIsAWSService': 'false',
    'aws:ViaAWSService': 'false',
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
  });
