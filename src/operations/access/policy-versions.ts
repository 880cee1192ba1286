import { checkInput, type Input, textOf } from '../../domain/access-input.ts';
import { isRefusal, type Refusal } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import { deleteVersion, insertVersion, setVersions, versionsOf } from '../../store/access/policies.ts';
import type { PolicyRow, VersionRow } from '../../store/access/rows.ts';
import type { Tx } from '../../store/store.ts';
import { versionsAt } from './built-in.ts';
import { changing, findPolicy, findShownPolicy } from './found.ts';
import { encoded } from './inline-policies.ts';
import { pageIn, pageOf, timeOf } from './input.ts';
import { checkManaged } from './managed-policies.ts';
import { conflict, limit, noEntity } from './refusals.ts';

/* Versions of managed policies: v1, v2, …, never used again (rule A-048). */

const MOST_VERSIONS = 5;

const shownVersion = (policy: PolicyRow, { version, created_at }: VersionRow) => ({
  VersionId: `v${version}`,
  IsDefaultVersion: version === policy.default_version,
  CreateDate: timeOf(created_at),
});

/** The version that a request names, of the policy that it names. */
const named = async (
  tx: Tx,
  input: Input,
  policy: PolicyRow | Refusal,
): Promise<{ policy: PolicyRow; version: VersionRow } | Refusal> => {
  if (isRefusal(policy)) return policy;
  const id = textOf(input, 'VersionId')!;
  const version = (await versionsAt(tx, policy)).find((one) => `v${one.version}` === id);
  return version
    ? { policy, version }
    : noEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
};

export const createPolicyVersion: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['PolicyArn', 'PolicyDocument']);
  if (wrong) return wrong;
  const document = textOf(input, 'PolicyDocument')!;
  const malformed = checkManaged(document);
  if (malformed) return malformed;
  return changing(service, async (tx) => {
    const policy = await findPolicy(tx, input);
    if (isRefusal(policy)) return policy;
    if ((await versionsOf(tx, policy.seq)).length >= MOST_VERSIONS)
      return limit(
        `A managed policy can have up to ${MOST_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
      );
    const [version, at] = [policy.last_version + 1, service.clock.wall()];
    const row = { policy: policy.seq, version, document, created_at: at };
    await insertVersion(tx, row);
    const chosen = textOf(input, 'SetAsDefault') === 'true' ? version : policy.default_version;
    await setVersions(tx, policy.seq, { last: version, chosen, at });
    return { PolicyVersion: shownVersion({ ...policy, default_version: chosen }, row) };
  });
};

export const getPolicyVersion: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['PolicyArn', 'VersionId']);
  if (wrong) return wrong;
  return service.store.read(async (tx) => {
    const found = await named(tx, input, await findShownPolicy(tx, service, input));
    if (isRefusal(found)) return found;
    const { policy, version } = found;
    return { PolicyVersion: { Document: encoded(version.document), ...shownVersion(policy, version) } };
  });
};

export const listPolicyVersions: Operation<Input> = async (service, input) => {
  const page = checkInput(input, ['PolicyArn']) ?? pageIn(input);
  if (isRefusal(page)) return page;
  return service.store.read(async (tx) => {
    const policy = await findShownPolicy(tx, service, input);
    if (isRefusal(policy)) return policy;
    // there are five at the most, the newest first
    const order = ({ version }: VersionRow) => String(1e9 - version);
    const { shown, rest } = pageOf(await versionsAt(tx, policy), page, order);
    return { Versions: shown.map((version) => shownVersion(policy, version)), ...rest };
  });
};

export const setDefaultPolicyVersion: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['PolicyArn', 'VersionId']);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const found = await named(tx, input, await findPolicy(tx, input));
    if (isRefusal(found)) return found;
    const { policy, version } = found;
    const at = service.clock.wall();
    await setVersions(tx, policy.seq, { last: policy.last_version, chosen: version.version, at });
    return undefined;
  });
};

export const deletePolicyVersion: Operation<Input> = async (service, input) => {
  const wrong = checkInput(input, ['PolicyArn', 'VersionId']);
  if (wrong) return wrong;
  return changing(service, async (tx) => {
    const found = await named(tx, input, await findPolicy(tx, input));
    if (isRefusal(found)) return found;
    const { policy, version } = found;
    if (version.version === policy.default_version)
      return conflict('Cannot delete the default version of a policy.');
    await deleteVersion(tx, policy.seq, version.version);
    return undefined;
  });
};
