import { type Context, contextOf, layered, lazily } from '../../auth/policy/context.ts';
import type { ContextFor } from '../../auth/questions/answer.ts';
import type { Question } from '../../auth/questions/question.ts';
import type { Tags } from '../../domain/tags.ts';
import type { Principal } from '../../service/principal.ts';
import type { RequestFacts, Service } from '../../service/service.ts';
import type { Tx } from '../../store/store.ts';
import { ownerFacts, principalFacts, requestFacts, tagFacts } from './contexts.ts';
import { ownerOfArn, tagsNow, tagsOfArn } from './facts.ts';

/* All that conditions know of a request. */

/** How what a resource has is found out. */
export interface Looks {
  readonly tags: (arn: string) => Promise<Tags>;
  readonly owner: (arn: string) => Promise<string | undefined>;
}

/** As it is now, in reads of its own. */
const looksNow = (service: Service): Looks => ({
  tags: (arn) => tagsNow(service, arn),
  // what is no job is nobody's without a read
  owner: async (arn) =>
    arn.includes(':job/') ? service.store.read((tx) => ownerOfArn(service, tx, arn)) : undefined,
});

export const looksIn = (service: Service, tx: Tx): Looks => ({
  tags: (arn) => tagsOfArn(service, tx, arn),
  owner: (arn) => ownerOfArn(service, tx, arn),
});

/** Rules. */
export const factsAlways = (
  { account, clock }: Service,
  principal: Principal,
  request: RequestFacts,
): Context =>
  layered(
    lazily(() => requestFacts(request, account, clock.wall())),
    lazily(() => principalFacts(account, principal)),
  );

/** What is known always, and the tags of each resource and a job's owner where a policy looks at any (rule A-146). */
export const factsOf = async (
  always: Context,
  { readsTags, readsOwners }: Pick<Principal, 'readsTags' | 'readsOwners'>,
  arns: Iterable<string>,
  looks: Looks,
): Promise<(resource: string) => Context> => {
  if (!readsTags && !readsOwners) return () => always;
  const known = new Map<string, Context>();
  for (const arn of new Set(arns)) {
    const tags = readsTags ? [tagFacts(arn, await looks.tags(arn))] : [];
    const owner = readsOwners ? [ownerFacts(await looks.owner(arn))] : [];
    known.set(arn, layered(...tags, ...owner, always));
  }
  return (resource) => known.get(resource)!;
};

/** The same of all that questions are about, with what the request itself says. */
export const contextsFor = async (
  service: Service,
  principal: Principal,
  request: RequestFacts,
  questions: readonly Question[],
): Promise<ContextFor> => {
  const always = factsAlways(service, principal, request);
  if (!principal.readsTags && !principal.readsOwners)
    return ({ context }) => layered(contextOf(context), always);
  const arns = questions.flatMap(({ resources }) => resources);
  const facts = await factsOf(always, principal, arns, looksNow(service));
  return ({ context }, resource) => layered(contextOf(context), facts(resource));
};
