import { readDocument } from '../../auth/policy/document.ts';
import {
  checkInput,
  type Input,
  MOST_CHARACTERS,
  sizeOf,
  tagsIn,
  textOf,
} from '../../domain/access-input.ts';
import { isRefusal, type Refusal, Refusal as Refused } from '../../domain/refusal.ts';
import type { Operation, Service } from '../../service/service.ts';
import {
  accessTagsOf,
  boundedBy,
  dropAccessTags,
  type Holder,
  holdersOf,
  setAccessTag,
} from '../../store/access/held-policies.ts';
import {
  deletePolicyRow,
  insertPolicy,
  insertVersion,
  pageOfPolicies,
  policyNamed,
  versionsOf,
} from '../../store/access/policies.ts';
import { fold, type PolicyRow } from '../../store/access/rows.ts';
import type { Tx } from '../../store/store.ts';
import { shownTags } from './access-tags.ts';
import { builtInPolicies } from './built-in.ts';
import { changing, findPolicy, findShownPolicy } from './found.ts';
import { cut, type Page, pageIn, pageOf, timeOf } from './input.ts';
import { managedArn, uniqueId } from './names.ts';
import { conflict, limit, quota } from './refusals.ts';

const MOST_POLICIES = 1500;

/** Why a document may not be a managed policy's. */
export const checkManaged = (text: string): Refusal | undefined => {
  const document = readDocument(text, 'managed');
  if (isRefusal(document)) return document;
  return sizeOf(text) > MOST_CHARACTERS.managed
    ? limit(`Cannot exceed quota for PolicySize: ${MOST_CHARACTERS.managed}`)
    : undefined;
};

const shownPolicy = async (tx: Tx, policy: PolicyRow) => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: `v${policy.default_version}`,
  AttachmentCount: (await holdersOf(tx, policy.arn)).length,
  PermissionsBoundaryUsageCount: (await boundedBy(tx, policy.arn)).length,
  IsAttachable: true,
  CreateDate: timeOf(policy.created_at),
  UpdateDate: timeOf(policy.updated_at),
});

const detailOf = async (tx: Tx, policy: PolicyRow) => ({
  ...(await shownPolicy(tx, policy)),
  ...(policy.description !== null && { Description: policy.description }),
  Tags: shownTags(await accessTagsOf(tx, { kind: 'policy', seq: policy.seq })),
});

export const createPolicy: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['PolicyName', 'PolicyDocument']);
  if (wrong) return wrong;
  const tags = tagsIn(input);
  if (isRefusal(tags)) return tags;
  const [name, document] = [textOf(input, 'PolicyName')!, textOf(input, 'PolicyDocument')!];
  const malformed = checkManaged(document);
  if (malformed) return malformed;
  return changing(service, async (tx) => {
    if (await policyNamed(tx, name))
      return new Refused(
        'EntityAlreadyExists',
        409,
        `A policy called ${name} already exists. Duplicate names are not allowed.`,
      );
    if (
      (await pageOfPolicies(tx, { pathPrefix: '', after: '', limit: MOST_POLICIES })).length >= MOST_POLICIES
    )
      return quota('PoliciesPerAccount', MOST_POLICIES);
    const row = rowOf(service, input, name);
    const [bounded] = await boundedBy(tx, row.arn);
    if (bounded) return stillBounds(row.arn, bounded);
    const seq = await insertPolicy(tx, row);
    await insertVersion(tx, { policy: seq, version: 1, document, created_at: row.created_at });
    for (const tag of tags) await setAccessTag(tx, { kind: 'policy', seq }, tag);
    const made = {
      ...row,
      seq,
      folded: fold(name),
      default_version: 1,
      last_version: 1,
      updated_at: row.created_at,
    };
    return { Policy: await detailOf(tx, made) };
  });
};

/** Of a folder of an earlier version, which let go of policies that bounded somebody: who made it anew would say what bounds them. */
const stillBounds = (arn: string, { kind, name }: Holder): Refusal =>
  new Refused(
    'EntityAlreadyExists',
    409,
    `Policy ${arn} was deleted and still bounds ${kind} ${name}: take that boundary away before another policy has its ARN.`,
  );

const rowOf = (service: Service, input: Input, name: string) => {
  const path = textOf(input, 'Path') ?? '/';
  return {
    name,
    path,
    arn: managedArn(service.account, { path, name }),
    id: uniqueId('ANPA', service.ids),
    description: textOf(input, 'Description') ?? null,
    created_at: service.clock.wall(),
  };
};

export const getPolicy: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['PolicyArn']);
  if (wrong) return wrong;
  return service.store.read(async (tx) => {
    const policy = await findShownPolicy(tx, service, input);
    return isRefusal(policy) ? policy : { Policy: await detailOf(tx, policy) };
  });
};

/** Behind all names of the account's: no name has such a letter. */
const placeIn = ({ seq, folded, arn }: PolicyRow): string => (seq === 0 ? `~${arn}` : folded);

/** The account's own, and then those that are built in: `Scope` says which of both. */
const policiesFor = async ({ account }: Service, tx: Tx, input: Input, page: Page): Promise<PolicyRow[]> => {
  const pathPrefix = textOf(input, 'PathPrefix') ?? '/';
  const scope = textOf(input, 'Scope');
  const own =
    scope === 'AWS' ? [] : await pageOfPolicies(tx, { pathPrefix, after: page.after, limit: page.limit + 1 });
  const provided = scope === 'Local' ? [] : builtInPolicies(account);
  return [
    ...own,
    ...provided.filter((one) => one.path.startsWith(pathPrefix) && placeIn(one) > page.after),
  ].slice(0, page.limit + 1);
};

export const listPolicies: Operation<Input> = async (service, input) => {
  const page = checkInput(input, []) ?? pageIn(input);
  if (isRefusal(page)) return page;
  return service.store.read(async (tx) => {
    const { shown, rest } = cut(await policiesFor(service, tx, input, page), page, placeIn);
    const Policies = [];
    for (const policy of shown) Policies.push(await shownPolicy(tx, policy));
    const wanted =
      textOf(input, 'OnlyAttached') === 'true' ? Policies.filter((one) => one.AttachmentCount > 0) : Policies;
    return { Policies: wanted, ...rest };
  });
};

/** Rule A-046. What bounds somebody stays, too: one of the same name made anew would bound them by what it says. */
export const deletePolicy: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['PolicyArn']);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const policy = await findPolicy(tx, input);
    if (isRefusal(policy)) return policy;
    if ((await usersOf(tx, policy.arn, 'any')).length > 0)
      return conflict('Cannot delete a policy attached to entities.');
    if ((await versionsOf(tx, policy.seq)).length > 1)
      return conflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      );
    await deletePolicyRow(tx, policy.seq);
    await dropAccessTags(tx, { kind: 'policy', seq: policy.seq });
    return undefined;
  });
};

const placeOf = ({ kind, name }: Holder): string => `${kind}/${fold(name)}`;

/** Who has a policy attached, who is bounded by it, or both, each once and in the order of pages. */
const usersOf = async (tx: Tx, arn: string, usage: string): Promise<Holder[]> => {
  const attached = usage === 'PermissionsBoundary' ? [] : await holdersOf(tx, arn);
  const bounded = usage === 'PermissionsPolicy' ? [] : await boundedBy(tx, arn);
  const byPlace = new Map([...attached, ...bounded].map((one) => [placeOf(one), one]));
  return [...byPlace].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
};

export const listEntitiesForPolicy: Operation<Input> = async (service, input) => {
  const page = checkInput(input, ['PolicyArn']) ?? pageIn(input);
  if (isRefusal(page)) return page;
  return service.store.read(async (tx) => {
    const policy = await findShownPolicy(tx, service, input);
    if (isRefusal(policy)) return policy;
    const all = await usersOf(tx, policy.arn, textOf(input, 'PolicyUsageFilter') ?? 'any');
    const { shown, rest } = pageOf(all, page, placeOf);
    const of = (kind: string) => shown.filter((one) => one.kind === kind);
    return {
      PolicyGroups: of('group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: of('user').map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: of('role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...rest,
    };
  });
};
