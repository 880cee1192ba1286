import { checkInput, type Input, textOf } from '../../domain/access-input.ts';
import { isRefusal, Refusal } from '../../domain/refusal.ts';
import type { Caller, Operation } from '../../service/service.ts';
import type { SessionDoc } from '../../store/access/rows.ts';
import { notTrusted } from '../access/trusted-role.ts';
import { SESSION_MEMBERS } from './input.ts';
import { roleSession } from './role-session.ts';
import { policiesIn } from './session-policies.ts';
import { sessionTags } from './session-tags.ts';

const denied = (text: string): Refusal => new Refusal('AccessDenied', 403, text);

/** Nobody has a second factor here (rule A-068). */
export const secondFactorIn = (input: Input): Refusal | undefined =>
  input.SerialNumber === undefined && input.TokenCode === undefined
    ? undefined
    : denied(
        'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
      );

/** AssumeRole: temporary keys with the rights of a role (rules ). Whether the role trusts the caller is decided before. */
export const assumeRole: Operation<Input> = async (service, input, caller) => {
  const wrong = checkInput(input, ['RoleArn', 'RoleSessionName'], SESSION_MEMBERS) ?? secondFactorIn(input);
  if (wrong) return wrong;
  const { who, roleId, sessionSince } = caller;
  if (!who || who.kind === 'root') return denied('Roles may not be assumed by root accounts.');
  const gone = notTrusted(caller.arn, 'sts:AssumeRole', textOf(input, 'RoleArn')!);
  if (roleId === undefined) return gone;
  const doc = docOf(input, caller);
  if (isRefusal(doc)) return doc;
  return roleSession(service, { roleId, input, doc, isChained: sessionSince !== undefined, gone });
};

const docOf = (input: Input, { who }: Caller): SessionDoc | Refusal => {
  const own = who?.kind === 'role' ? who.doc : {};
  const policies = policiesIn(input);
  if (isRefusal(policies)) return policies;
  const tags = sessionTags(input, own);
  if (isRefusal(tags)) return tags;
  const given = textOf(input, 'SourceIdentity');
  if (own.sourceIdentity !== undefined && given !== undefined && given !== own.sourceIdentity)
    return denied('The source identity of a session cannot be changed.');
  const sourceIdentity = own.sourceIdentity ?? given;
  return { ...policies, ...tags, ...(sourceIdentity !== undefined && { sourceIdentity }) };
};
