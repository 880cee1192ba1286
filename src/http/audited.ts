import { type Call, recordOfAnswer, recordOfRefusal } from '../domain/audit/record.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { Ids } from '../lib/ids.ts';
import type { Caller, RequestFacts } from './handlers.ts';

/** Where records go that no change writes with itself. */
export interface AuditDoor {
  note(line: string): void;
  failed(accessKeyId: string, sourceIp: string, errorCode: string, now: number): void;
  /** Whether reads are recorded, too. */
  readonly reads: boolean;
}

/** A request whose signature was good. */
export interface Asked {
  readonly service: string;
  readonly operation: string;
  readonly requestId: string;
  readonly facts: RequestFacts;
  /** Wall milliseconds when it came. */
  readonly at: number;
  readonly account: string;
}

const READS = /^(?:Get|List|Describe|Filter|Search|Explain|Simulate|Check)/i;
/** It gives out credentials. */
const ISSUES = /^GetSessionToken$/i;

/** The job is the record: see `service/submission-records.ts`. */
const TOLD_BY_ITSELF = 'SubmitJob';

export const isRead = (operation: string): boolean => READS.test(operation) && !ISSUES.test(operation);

const callOf = (asked: Asked, caller: Call['caller'], input?: unknown): Call => {
  const { facts, operation } = asked;
  const { region, sourceIp, userAgent } = facts;
  const { at, account, service, requestId } = asked;
  const call = { at, account, service, requestId, caller, operation, region, sourceIp, userAgent, input };
  return { ...call, isRead: isRead(operation) };
};

/** The caller of an operation: with it, where that changes something, the record that the change writes with itself (rule A-188). */
export const recorded = (ids: Ids, asked: Asked, caller: Caller, input: unknown): Caller => {
  const { requestId, operation, facts } = asked;
  const known = { ...caller, facts, requestId };
  if (isRead(operation) || operation === TOLD_BY_ITSELF) return known;
  const recordOf = (answer: unknown) =>
    recordOfAnswer(callOf(asked, toldBy(caller, answer), input), answer, ids.uuid());
  return { ...known, recordOf };
};

/** Who has no key but a token of somebody else's is known once that was looked at, and told in the answer, also in a no. */
const toldBy = (caller: Call['caller'], answer: unknown): Call['caller'] => {
  if (caller.arn !== '') return caller;
  if (isRefusal(answer)) return { ...caller, ...(answer.holder && { told: answer.holder }) };
  const { Provider, Audience, SubjectFromWebIdentityToken } = answer as Readonly<Record<string, string>>;
  return {
    ...caller,
    told: { provider: Provider!, audience: Audience!, subject: SubjectFromWebIdentityToken! },
  };
};

/** What policies refuse is recorded, of a list each entry that they refuse (rule A-187). */
export const noteRefusals = (
  door: AuditDoor,
  ids: Ids,
  asked: Asked,
  who: Call['caller'],
  outcome: Caller | Refusal,
): void => {
  const note = (refusal: Refusal) => door.note(recordOfRefusal(callOf(asked, who), refusal, ids.uuid()));
  if (isRefusal(outcome)) note(outcome);
  else outcome.refusals?.forEach(note);
};

/** What an operation itself refuses as policies do: a role that does not trust, a session that may not. */
export const noteDenied = (
  door: AuditDoor,
  ids: Ids,
  asked: Asked,
  who: Call['caller'],
  answer: unknown,
): void => {
  if (isRefusal(answer) && (answer.status === 403 || answer.type === 'AccessDeniedException'))
    door.note(recordOfRefusal(callOf(asked, toldBy(who, answer)), answer, ids.uuid()));
};

export const noteRead = (door: AuditDoor, ids: Ids, asked: Asked, caller: Caller, input: unknown): void => {
  if (door.reads && isRead(asked.operation))
    door.note(recordOfAnswer(callOf(asked, caller, input), undefined, ids.uuid()));
};

/** The key that a request says it is signed with, where it can be one: nobody has proved to have it, and it may be any text. */
export const keySaid = (refusal: Refusal, accessKeyId = ''): string =>
  refusal.type !== 'MissingAuthenticationTokenException' && /^\w{16,128}$/.test(accessKeyId)
    ? accessKeyId
    : '';
