import { lookupOf } from '../../auth/questions/lookup.ts';
import type { Asking, Found } from '../../auth/questions/question.ts';
import { definitionArn, nameFrom } from '../../domain/arn.ts';
import { parseDefinitionName } from '../../domain/definition-name.ts';
import { parseJobId } from '../../domain/job-id.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { roleArn } from '../../domain/roles.ts';
import type { Tags } from '../../domain/tags.ts';
import type { Service } from '../../service/service.ts';
import { accessTagsOf } from '../../store/access/held-policies.ts';
import { policyByArn } from '../../store/access/policies.ts';
import { groupNamed, userNamed } from '../../store/access/users.ts';
import { pageOfDefinitions, revisionToBe } from '../../store/definition-rows.ts';
import { environmentNamed } from '../../store/environment-rows.ts';
import { findJob } from '../../store/job-rows.ts';
import type { Tx } from '../../store/store.ts';
import { tagsOf } from '../../store/tag-rows.ts';
import { findResource } from '../tags/resource.ts';
import { groupArn, userArn } from './names.ts';
import { rerunsFor } from './reruns.ts';

/* What of the store a request's questions are about. */

/** `self`: the ARN of who asks. Reads the store where a request needs it, of submissions but once. */
export const foundFor = async (
  service: Service,
  asking: Omit<Asking, 'found'>,
  self: string,
): Promise<Found> => {
  const lookup = lookupOf(asking);
  const { store, knownFacts } = service;
  switch (lookup.kind) {
    case 'nothing':
      return {};
    case 'active revision':
      return knownFacts.get(`active ${lookup.name}`, () =>
        store.read(async (tx) => {
          const newest = await newestOf(tx, lookup.name);
          return newest === undefined ? {} : { activeRevision: newest };
        }),
      );
    case 'next revision':
      return { nextRevision: await store.read((tx) => revisionToBe(tx, lookup.name)) };
    case 'roles':
      return { roles: await store.read((tx) => rolesOf(service, tx, lookup.environment)) };
    case 'tag keys':
      return { tagKeys: Object.keys(await store.read((tx) => tagsOfArn(service, tx, lookup.arn))) };
    case 'reruns':
      return store.read((tx) => rerunsFor(service, tx, lookup.input));
    case 'entity':
      return store.read((tx) => entityOf(service, tx, lookup, self));
  }
};

const newestOf = async (tx: Tx, name: string): Promise<number | undefined> =>
  (await pageOfDefinitions(tx, { name, status: 'ACTIVE' }, undefined, 1))[0]?.revision;

const rolesOf = async (service: Service, tx: Tx, given: string): Promise<NonNullable<Found['roles']>> => {
  const { account } = service;
  const row = await environmentNamed(tx, nameFrom(account, 'compute-environment', given) ?? '');
  const { instanceRole, spotIamFleetRole } = JSON.parse(row?.resources ?? '{}') as Record<string, string>;
  const roles = [
    [row?.service_role, 'batch.amazonaws.com'],
    [instanceRole, 'ec2.amazonaws.com'],
    [spotIamFleetRole, 'spotfleet.amazonaws.com'],
  ] as const;
  return roles.flatMap(([role, to]) => (role ? [[roleArn(account, role), to] as const] : []));
};

const entityOf = async (
  { account }: Service,
  tx: Tx,
  { entity, name }: { readonly entity: 'user' | 'group'; readonly name: string | undefined },
  self: string,
): Promise<Found> => {
  if (entity === 'group') {
    const group = name === undefined ? undefined : await groupNamed(tx, name);
    return group ? { entity: groupArn(account, group) } : {};
  }
  const user = await userNamed(tx, name ?? self.slice(self.lastIndexOf('/') + 1));
  if (!user) return name === undefined ? { entity: self } : {};
  return { entity: userArn(account, user), ...(user.boundary !== null && { boundary: user.boundary }) };
};

/** The unique id of who submitted a job (rule A-146); undefined of what is no job. */
export const ownerOfArn = async (
  { account, submitters }: Service,
  tx: Tx,
  arn: string,
): Promise<string | undefined> => {
  const id = arn.includes(':job/') ? parseJobId(nameFrom(account, 'job', arn) ?? '') : undefined;
  const job = id && (await findJob(tx, id));
  return job && (await submitters.bySeq(tx, job.submitted_by))?.userId;
};

/** The tags of a resource, those of queues and definitions read once. */
export const tagsNow = (service: Service, arn: string): Promise<Tags> => {
  const read = () => service.store.read((tx) => tagsOfArn(service, tx, arn));
  return /:job-(queue|definition)\//.test(arn) ? service.knownFacts.get(`tags ${arn}`, read) : read();
};

/** The tags that a resource has; of a definition without revision its newest one's, of a child its parent's. */
export const tagsOfArn = async (service: Service, tx: Tx, arn: string): Promise<Tags> => {
  if (arn.includes(':iam:')) return tagsOfEntity(service, tx, arn);
  const whole = await wholeArn(service, tx, arn);
  const resource = await findResource(service, tx, whole);
  return isRefusal(resource) ? {} : tagsOf(tx, resource.kind, resource.seq);
};

const wholeArn = async ({ account }: Service, tx: Tx, arn: string): Promise<string> => {
  if (arn.includes(':job/')) return arn.replace(/(:job\/[^:#]+)[:#]\d+$/, '$1');
  const named = arn.includes(':job-definition/') ? parseDefinitionName(account, arn) : undefined;
  if (!named || named.revision !== undefined) return arn;
  const newest = await newestOf(tx, named.name);
  return newest === undefined ? arn : definitionArn(account, named.name, newest);
};

const tagsOfEntity = async ({ account }: Service, tx: Tx, arn: string): Promise<Tags> => {
  const [, kind, name = ''] = /:(user|policy)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  const user = kind === 'user' ? await userNamed(tx, name) : undefined;
  const policy = kind === 'policy' ? await policyByArn(tx, arn) : undefined;
  const owner =
    user && userArn(account, user) === arn ? ({ kind: 'user', seq: user.seq } as const) : undefined;
  const held = owner ?? (policy && ({ kind: 'policy', seq: policy.seq } as const));
  const tags = held ? await accessTagsOf(tx, held) : [];
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
};
