import { type Lookup, lookupOf } from '../../auth/questions/lookup.ts';
import type { Asking, Found } from '../../auth/questions/question.ts';
import { definitionArn, nameFrom } from '../../domain/arn.ts';
import { parseDefinitionName } from '../../domain/definition-name.ts';
import { parseJobId } from '../../domain/job-id.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { roleArn } from '../../domain/roles.ts';
import type { Tags } from '../../domain/tags.ts';
import type { Caller, Service } from '../../service/service.ts';
import { accessTagsOf } from '../../store/access/held-policies.ts';
import { policyByArn } from '../../store/access/policies.ts';
import { providerAt } from '../../store/access/providers.ts';
import { profileNamed, roleBySeq, roleNamed } from '../../store/access/roles.ts';
import { fold, type Owner } from '../../store/access/rows.ts';
import { groupNamed, userNamed } from '../../store/access/users.ts';
import { pageOfDefinitions, revisionToBe } from '../../store/definition-rows.ts';
import { environmentNamed } from '../../store/environment-rows.ts';
import { findJob } from '../../store/job-rows.ts';
import type { Tx } from '../../store/store.ts';
import { tagsOf } from '../../store/tag-rows.ts';
import { findResource } from '../tags/resource.ts';
import { entityArn, groupArn, userArn } from './names.ts';
import { rerunsFor } from './reruns.ts';

/* What of the store a request's questions are about. */

/** Who asks; a user has a name. */
export type Self = Pick<Caller, 'arn' | 'userName'>;

/** Reads the store where a request needs it, of submissions but once. */
export const foundFor = async (
  service: Service,
  asking: Omit<Asking, 'found'>,
  self: Self,
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
      return store.read((tx) => rolesOf(service, tx, lookup));
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

const rolesOf = async (
  service: Service,
  tx: Tx,
  { environment, profile }: { readonly environment: string; readonly profile: string | undefined },
): Promise<Found> => {
  const { account } = service;
  const row = await environmentNamed(tx, nameFrom(account, 'compute-environment', environment) ?? '');
  const { instanceRole, spotIamFleetRole } = JSON.parse(row?.resources ?? '{}') as Record<string, string>;
  const has = [
    [row?.service_role, 'batch.amazonaws.com'],
    [instanceRole && ((await roleInProfile(service, tx, instanceRole)) ?? instanceRole), 'ec2.amazonaws.com'],
    [spotIamFleetRole, 'spotfleet.amazonaws.com'],
  ] as const;
  const role = profile === undefined ? undefined : await roleInProfile(service, tx, profile);
  return {
    roles: has.flatMap(([given, to]) => (given ? [[roleArn(account, given), to] as const] : [])),
    ...(role !== undefined && { role }),
  };
};

/** The ARN of the role in the profile that a name or an ARN means; undefined where no such profile is here, or it is empty. */
const roleInProfile = async ({ account }: Service, tx: Tx, given: string): Promise<string | undefined> => {
  const profile = await profileNamed(tx, given.slice(given.lastIndexOf('/') + 1));
  const isMeant =
    profile && (fold(given) === profile.folded || given === entityArn(account, 'instance-profile', profile));
  const role = isMeant && profile.role !== null ? await roleBySeq(tx, profile.role) : undefined;
  return role && entityArn(account, 'role', role);
};

const entityOf = async (
  service: Service,
  tx: Tx,
  { entity, name, role }: Extract<Lookup, { kind: 'entity' }>,
  self: Self,
): Promise<Found> => {
  const { account } = service;
  switch (entity) {
    case 'user': {
      const user = await userNamed(tx, name ?? self.userName ?? '');
      if (!user) return name === undefined ? { entity: self.arn } : {};
      return { entity: userArn(account, user), ...bounded(user.boundary) };
    }
    case 'group': {
      const group = await groupNamed(tx, name ?? '');
      return group ? { entity: groupArn(account, group) } : {};
    }
    case 'role': {
      const found = await roleNamed(tx, name ?? '');
      return found ? { entity: entityArn(account, 'role', found), ...bounded(found.boundary) } : {};
    }
    case 'instance-profile': {
      const profile = await profileNamed(tx, name ?? '');
      const added = await roleNamed(tx, role ?? '');
      return {
        ...(profile && { entity: entityArn(account, entity, profile) }),
        ...(added && { role: entityArn(account, 'role', added) }),
      };
    }
  }
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
const bounded = (boundary: string | null): Pick<Found, 'boundary'> => (boundary === null ? {} : { boundary });

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

/** Of what has that very ARN. */
const tagsOfEntity = async (service: Service, tx: Tx, arn: string): Promise<Tags> => {
  const owner = await ownerOf(service, tx, arn);
  const tags = owner ? await accessTagsOf(tx, owner) : [];
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
};

const ownerOf = async ({ account }: Service, tx: Tx, arn: string): Promise<Owner | undefined> => {
  const [, kind, place = ''] = /:(user|policy|role|instance-profile|oidc-provider)\/(.+)$/.exec(arn) ?? [];
  const name = place.slice(place.lastIndexOf('/') + 1);
  switch (kind) {
    case 'user': {
      const user = await userNamed(tx, name);
      return user && userArn(account, user) === arn ? { kind, seq: user.seq } : undefined;
    }
    case 'role':
    case 'instance-profile': {
      const found = await (kind === 'role' ? roleNamed : profileNamed)(tx, name);
      return found && entityArn(account, kind, found) === arn ? { kind, seq: found.seq } : undefined;
    }
    case 'policy': {
      const policy = await policyByArn(tx, arn);
      return policy && { kind, seq: policy.seq };
    }
    case 'oidc-provider': {
      const provider = await providerAt(tx, place);
      return provider && { kind, seq: provider.seq };
    }
    default:
      return undefined;
  }
};
