import { type Input, textOf } from '../../domain/access-input.ts';
import { isRefusal, type Refusal } from '../../domain/refusal.ts';
import type { Service } from '../../service/service.ts';
import { roleById } from '../../store/access/roles.ts';
import type { RoleRow, SessionDoc } from '../../store/access/rows.ts';
import { sessionArn } from '../access/names.ts';
import { invalid } from '../access/refusals.ts';
import { secondsIn } from './input.ts';
import { issue } from './issue.ts';
import { packedPercent, policyIdsOf } from './session-policies.ts';

/** Rule A-063. In seconds. */
const MOST_CHAINED = 3600;

const tooLong = (input: Input, role: RoleRow, isChained: boolean): Refusal | undefined => {
  const seconds = secondsIn(input);
  if (isChained && seconds > MOST_CHAINED)
    return invalid(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  return seconds > role.max_session_seconds
    ? invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
    : undefined;
};

/** What a session of a role is made for. */
export interface Wanted {
  readonly roleId: string;
  readonly input: Input;
  readonly doc: SessionDoc;
  /** Whether a session asks for it. */
  readonly isChained: boolean;
  /** Says that the role is gone since it was asked about. */
  readonly gone: Refusal;
  /** What the answer says beside, and with it the record. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Makes the session of a role; answers what AssumeRole and its like have in common. */
export const roleSession = async (
  service: Service,
  wanted: Wanted,
): Promise<Record<string, unknown> | Refusal> => {
  const { roleId, input, doc, isChained, gone, more } = wanted;
  const percent = packedPercent(doc);
  if (isRefusal(percent)) return percent;
  const name = textOf(input, 'RoleSessionName')!;
  return service.store.write(async (tx) => {
    const role = await roleById(tx, roleId);
    if (!role) return gone;
    const policyIds = tooLong(input, role, isChained) ?? (await policyIdsOf(service, tx, doc));
    if (isRefusal(policyIds)) return policyIds;
    const session = { owner_kind: 'role', owner: role.seq, name, seconds: secondsIn(input) } as const;
    const issued = await issue(service, tx, { ...session, doc: { ...doc, ...policyIds } });
    if (isRefusal(issued)) return issued;
    return {
      Credentials: issued,
      AssumedRoleUser: { AssumedRoleId: `${role.id}:${name}`, Arn: sessionArn(service.account, role, name) },
      ...(percent !== undefined && { PackedPolicySize: percent }),
      ...(doc.sourceIdentity !== undefined && { SourceIdentity: doc.sourceIdentity }),
      ...more,
    };
  });
};
