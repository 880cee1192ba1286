import { deflateRawSync } from 'node:zlib';
import { readDocument } from '../../auth/policy/document.ts';
import { type Input, textOf } from '../../domain/access-input.ts';
import { isRefusal, Refusal } from '../../domain/refusal.ts';
import type { Service } from '../../service/service.ts';
import { policyByArn } from '../../store/access/policies.ts';
import type { SessionDoc } from '../../store/access/rows.ts';
import type { Tx } from '../../store/store.ts';
import { isCatalogue } from '../access/names.ts';
import { invalid } from '../access/refusals.ts';

/* Policies that a session is made with, which cut its role's (rule A-070). */

const MOST_ARNS = 10;
/** Policies and tags of a session, packed; how the service packs them nobody knows. In bytes. */
const MOST_PACKED = 4096;

type Cut = Pick<SessionDoc, 'policy' | 'policyArns'>;

/** What a request says of them; whether the managed ones are there, `policyIdsOf` knows. */
export const policiesIn = (input: Input): Cut | Refusal => {
  const policy = textOf(input, 'Policy');
  const document = policy === undefined ? undefined : readDocument(policy, 'inline');
  if (isRefusal(document)) return document;
  const listed = Array.isArray(input.PolicyArns) ? input.PolicyArns : [];
  const arns = listed.map((one) => (typeof one?.arn === 'string' ? (one.arn as string) : undefined));
  if (arns.length > MOST_ARNS)
    return invalid(
      `1 validation error detected: Value '${arns.length} members' at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to ${MOST_ARNS}`,
    );
  const named = arns.filter((arn) => arn !== undefined && arn.length >= 20 && arn.length <= 2048) as string[];
  if (named.length < arns.length)
    return invalid("1 validation error detected: 'policyArns' must name policies by ARN");
  return { ...(policy !== undefined && { policy }), ...(named.length > 0 && { policyArns: named }) };
};

/**
 * Which policies the ARNs mean now: one that takes an ARN later cuts nothing. One that is not there would leave nothing of the role's
 * rights, and nobody would know why.
 */
export const policyIdsOf = async (
  { account }: Service,
  tx: Tx,
  { policyArns }: Cut,
): Promise<Pick<SessionDoc, 'policyIds'> | Refusal> => {
  if (policyArns === undefined) return {};
  const policyIds: Record<string, string> = {};
  for (const arn of policyArns.filter((one) => !isCatalogue(account, one))) {
    const policy = await policyByArn(tx, arn);
    if (!policy) return new Refusal('MalformedPolicyDocument', 400, `Policy ${arn} does not exist.`);
    policyIds[arn] = policy.id;
  }
  return { policyIds };
};

/** How much of the room for policies and tags a session takes, in percent; undefined where it has none. */
export const packedPercent = ({
  policy,
  policyArns,
  tags,
  transitive,
}: SessionDoc): number | Refusal | undefined => {
  if (policy === undefined && policyArns === undefined && tags === undefined) return undefined;
  const packed = deflateRawSync(JSON.stringify([policy, policyArns, tags, transitive])).length;
  const percent = Math.ceil((100 * packed) / MOST_PACKED);
  return percent <= 100
    ? percent
    : new Refusal(
        'PackedPolicyTooLarge',
        400,
        `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
      );
};
