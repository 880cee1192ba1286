import type { TokenHolder } from '../refusal.ts';
import { withoutSecrets } from './hidden.ts';

/** A call, as far as a record tells of it. */
export interface Call {
  /** Wall milliseconds when it came. */
  readonly at: number;
  readonly account: string;
  readonly caller: Identity;
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  readonly requestId: string;
  /** Undefined where it was refused: nothing of it was checked then. */
  readonly input?: unknown;
  readonly isRead: boolean;
}

export interface Identity {
  /** Empty of who is known by a token alone. */
  readonly arn: string;
  readonly accessKeyId: string;
  /** `AIDA…` of a user, `AROA…:<session>` of a role's session; root with its own key has none. */
  readonly userId?: string;
  readonly userName?: string;
  /** Since when its session is, in wall milliseconds; with a key of its own it has none. */
  readonly sessionSince?: number;
  /** Of a role's session: whose. */
  readonly roleArn?: string;
  /** What a token says whom nobody else knows. */
  readonly told?: TokenHolder;
}

export interface RefusedWith {
  readonly type: string;
  readonly message: string;
}

/** What is larger is left out, in characters; policies may be as large as IAM takes them. */
const MOST = 8192;
const MOST_OF_IAM = 262_144;
const LONGEST_AGENT = 1024;

const isQuery = (service: string): boolean => service === 'iam' || service === 'sts';

/** Of a change that was made, or a read: what was answered. A line of JSON in CloudTrail's shape, without a line feed (rule A-189). */
export const recordOfAnswer = (call: Call, answer: unknown, eventId: string): string => {
  const { service, isRead } = call;
  const isTold = !isRead && typeof answer === 'object' && answer !== null && !Array.isArray(answer);
  return line(
    call,
    `"requestParameters":${shownText(call.input, service)},"responseElements":${isTold ? shownText(answer, service) : 'null'},`,
    eventId,
  );
};

/** Of a call that policies refused. */
export const recordOfRefusal = (call: Call, { type, message }: RefusedWith, eventId: string): string =>
  line(
    call,
    `"errorCode":${JSON.stringify(type)},"errorMessage":${JSON.stringify(message)},"requestParameters":null,"responseElements":null,`,
    eventId,
  );

const BEGINNING = '{"eventVersion":"1.08","eventTime":"';

/** `2026-11-30`: the day of a line's event, in UTC. */
export const dayOf = (line: string): string => line.slice(BEGINNING.length, BEGINNING.length + 10);

/** The time of a record, in seconds. */
export const timeText = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

const line = (call: Call, middle: string, eventId: string): string =>
  oneLine(
    `${BEGINNING}${timeText(call.at)}${whoText(call)}${middle}${idsText(call.requestId, eventId, call)}`,
  );

/** JSON leaves two letters as they are that some readers take for the end of a line. */
export const oneLine = (text: string): string =>
  text.replace(/[\u2028\u2029]/g, (letter) => (letter === '\u2028' ? '\\u2028' : '\\u2029'));

type Said = Omit<Call, 'at' | 'requestId' | 'input'>;

/** The part of a record that all calls of one operation, caller and place have in common. */
export const whoText = (call: Said): string =>
  `","userIdentity":${identityOf(call)},"eventSource":"${call.service}.amazonaws.com",` +
  `"eventName":${JSON.stringify(call.operation)},"awsRegion":${JSON.stringify(call.region)},` +
  `"sourceIPAddress":${JSON.stringify(call.sourceIp)},"userAgent":${agentOf(call)},`;

const idsText = (
  requestId: string,
  eventId: string,
  { isRead, account }: Pick<Call, 'isRead' | 'account'>,
): string =>
  `"requestID":"${requestId}","eventID":"${eventId}","readOnly":${isRead},"eventType":"AwsApiCall","managementEvent":true,` +
  `"recipientAccountId":"${account}"}`;

/** A job that was submitted, whose id is its request's. */
export interface Submission {
  /** `timeText` of when it came. */
  readonly time: string;
  readonly account: string;
  /** `whoText` of it. */
  readonly who: string;
  readonly jobId: string;
  /** JSON of the whole request, and of the answer: `oneLine`. */
  readonly parameters: string;
  readonly answer: string;
}

/** The record of a job, made from what is kept of it. Made twice it is the same. Its parts are each one line for every reader. */
export const recordOfSubmission = ({ time, account, who, jobId, parameters, answer }: Submission): string =>
  `${BEGINNING}${time}${who}"requestParameters":${parameters},"responseElements":${answer},` +
  idsText(jobId, eventOf(jobId), { isRead: false, account });

/** A UUID of version 8 in the place of the job's. */
const eventOf = (jobId: string): string => `${jobId.slice(0, 14)}8${jobId.slice(15)}`;

const agentOf = ({ userAgent }: Pick<Call, 'userAgent'>): string =>
  userAgent === undefined ? 'null' : JSON.stringify(userAgent.slice(0, LONGEST_AGENT));

/** JSON of what was asked or answered, without secrets; of what is too large that it was. */
export const shownText = (value: unknown, service: string): string => {
  if (value === undefined || value === null) return 'null';
  const text = JSON.stringify(withoutSecrets(value, isQuery(service)));
  if (text.length <= (isQuery(service) ? MOST_OF_IAM : MOST)) return text;
  return `{"omitted":true,"originalSize":${text.length},"reason":"too large"}`;
};

/** Who it was (rule A-189). */
const identityOf = ({ caller, account }: Pick<Call, 'caller' | 'account'>): string => {
  const { arn, accessKeyId, userId = account, userName } = caller;
  if (arn === '') return webIdentityOf(caller, account);
  const common = { principalId: userId, arn, accountId: account, accessKeyId };
  const session = sessionOf(caller, account);
  if (arn.endsWith(':root')) return JSON.stringify({ type: 'Root', ...common, ...session });
  return arn.includes(':assumed-role/')
    ? JSON.stringify({ type: 'AssumedRole', ...common, ...session })
    : JSON.stringify({ type: 'IAMUser', ...common, userName, ...session });
};

/** Of a token that was not believed nothing is told: what it says may not be so. */
const webIdentityOf = ({ told }: Identity, accountId: string): string => {
  const who = told && {
    principalId: `${told.provider}:${told.audience}:${told.subject}`,
    userName: told.subject,
    identityProvider: told.provider,
  };
  return JSON.stringify({ type: 'WebIdentityUser', ...who, accountId });
};

/** Of who has temporary keys: since when, and of a role's session whose. */
const sessionOf = (caller: Identity, account: string): object => {
  const { userId = '', sessionSince } = caller;
  const roleArn = roleArnOf(caller);
  if (roleArn === undefined && sessionSince === undefined) return {};
  const issuer = roleArn !== undefined && {
    type: 'Role',
    principalId: userId.split(':', 1)[0],
    arn: roleArn,
    accountId: account,
    userName: roleArn.slice(roleArn.lastIndexOf('/') + 1),
  };
  const creationDate = sessionSince === undefined ? undefined : timeText(sessionSince);
  const attributes = { creationDate, mfaAuthenticated: 'false' };
  return { sessionContext: { ...(issuer && { sessionIssuer: issuer }), attributes } };
};

/** Of a submitter that an earlier version noted nothing but the session's own ARN is known, which has no path in it. */
const roleArnOf = ({ arn, roleArn }: Identity): string | undefined =>
  roleArn ??
  (arn.includes(':assumed-role/')
    ? arn.replace(/:sts:(.*):assumed-role\/([^/]*)\/.*$/, ':iam:$1:role/$2')
    : undefined);

/** Failed signatures of one key and address in one minute (rule A-191). `count`: how many. */
export interface FailedSignatures {
  readonly at: number;
  readonly account: string;
  readonly accessKeyId: string;
  readonly sourceIp: string;
  readonly errorCode: string;
  readonly count: number;
}

export const recordOfFailures = (failed: FailedSignatures, eventId: string): string => {
  const { at, account, accessKeyId, sourceIp, errorCode, count } = failed;
  return oneLine(
    `${BEGINNING}${timeText(at)}",${JSON.stringify({
      userIdentity: { type: 'Unknown', accountId: account, accessKeyId },
      eventSource: 'longshore.amazonaws.com',
      eventName: 'FailedSignatures',
      sourceIPAddress: sourceIp,
      requestParameters: null,
      responseElements: null,
      errorCode,
      additionalEventData: { count },
      eventID: eventId,
      readOnly: true,
      eventType: 'AwsServiceEvent',
      managementEvent: true,
      recipientAccountId: account,
    }).slice(1)}`,
  );
};
