import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { checkerOf } from '../api/check.ts';
import { EXTENSIONS } from '../api/extensions.ts';
import { BATCH, ECS, LOGS } from '../api/shapes.gen.ts';
import { readCredentials, type SignedRequest } from '../auth/credentials.ts';
import { verify } from '../auth/sigv4.ts';
import { isRefusal, Refusal } from '../domain/refusal.ts';
import type { Clock, Timers } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Log } from '../lib/logger.ts';
import { regionAsked } from '../operations/access/contexts.ts';
import type { Access, NamedSigner } from './access.ts';
import {
  type Asked,
  type AuditDoor,
  keySaid,
  noteDenied,
  noteRead,
  noteRefusals,
  recorded,
} from './audited.ts';
import { readBody } from './body.ts';
import { tellForbidden } from './forbidden.ts';
import type { Caller, Handlers, RequestFacts } from './handlers.ts';
import { type Limits, throttled } from './limits.ts';
import { restJson } from './protocol.ts';
import { inputOf } from './query-form.ts';
import { ec2, identity } from './query-services.ts';
import { actionOf, header, headersOf, parse, scopeOf } from './read-request.ts';
import { type Route, routeOf } from './route.ts';
import { send, sendError, sendStatus } from './send.ts';
import { isTagsPath, tagsInput } from './tags-path.ts';
import { tellChange } from './told-changes.ts';

export interface ListenerSettings {
  /** The region served; `any` takes signatures for all. */
  readonly region: string;
  readonly account: string;
  readonly access: Access;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly ids: Ids;
  readonly log: Log;
  readonly audit: AuditDoor;
  readonly limits: Limits;
  /** Whether jobs can be taken and run: the store answers, and what the engine runs is known. */
  readonly ready: () => Promise<boolean>;
  readonly batch: Handlers;
  /** Those of its own: see `api/extensions.ts`. */
  readonly longshore: Handlers;
  readonly logs: Handlers;
  readonly ecs: Handlers;
  readonly ec2: Handlers;
  readonly iam: Handlers;
  readonly sts: Handlers;
}

type Operation = Extract<Route, { kind: 'operation' }>;

const MODELS = { batch: BATCH, longshore: EXTENSIONS, logs: LOGS, ecs: ECS } as const;
const CHECKS = {
  batch: checkerOf(BATCH),
  longshore: checkerOf(EXTENSIONS, 64),
  logs: checkerOf(LOGS, 64),
  ecs: checkerOf(ECS, 64),
} as const;

/**
 * The edge: a request is routed, its signature verified, its body checked, its operation asked, in this order
 * (rule W-047); every answer carries a request id.
 */
export const createListener = (settings: ListenerSettings): RequestListener => {
  return (request, response) => {
    const requestId = settings.ids.uuid();
    serve(settings, request, response, requestId).catch((error: unknown) => {
      sendError(response, restJson, faultOf(settings, 'batch', error, requestId), requestId);
    });
  };
};

/** What each service calls a fault of its own (W-046). */
const FAULTS = {
  batch: 'ServerException',
  longshore: 'ServerException',
  ecs: 'ServerException',
  logs: 'ServiceUnavailableException',
  sts: 'InternalFailure',
  ec2: 'InternalError',
  iam: 'ServiceFailure',
} as const;

/** What went wrong is for the log; the client is given the number to find it by. */
const faultOf = (
  settings: ListenerSettings,
  service: Operation['service'],
  error: unknown,
  requestId: string,
): Refusal => {
  settings.log.error({ requestId, error: String((error as Error).stack ?? error) }, 'a request failed');
  return new Refusal(FAULTS[service], 500, `Longshore failed to answer; see its log for ${requestId}.`);
};

const serve = async (
  settings: ListenerSettings,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> => {
  const body = await readBody(request, settings.timers).catch(() => null);
  if (body === null) return;
  if (body === undefined) {
    response.shouldKeepAlive = false;
    sendError(
      response,
      restJson,
      new Refusal('RequestEntityTooLargeException', 413, 'Request Too Long'),
      requestId,
    );
    return;
  }
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? [] : [...new URLSearchParams(url.slice(mark + 1).replaceAll('+', '%2B'))];
  const route = routeOf(
    request.method ?? '',
    path,
    header(request, 'x-amz-target'),
    () => actionOf(query, request, body),
    () => scopeOf(request, query),
  );
  if (route.kind === 'alive') return sendStatus(response, 200, 'ok', requestId);
  if (route.kind === 'ready') {
    const ready = await settings.ready();
    return sendStatus(response, ready ? 200 : 503, ready ? 'ok' : 'starting', requestId);
  }
  if (route.kind === 'refused') {
    tellForbidden(settings.log, request, route.refusal, requestId);
    return sendError(response, route.protocol, route.refusal, requestId);
  }
  const signed = { method: request.method ?? '', path, query, headers: headersOf(request), body };
  const answering = route.service === 'sts' && UNSIGNED.includes(route.operation) ? unsigned : authorised;
  await answering(settings, route, signed, request, response, requestId);
};

/** What nobody signs: it has a token of somebody else's in it. */
const UNSIGNED = ['AssumeRoleWithWebIdentity'];

const authorised = async (
  settings: ListenerSettings,
  route: Operation,
  signed: SignedRequest,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> => {
  const now = settings.clock.wall();
  const sourceIp = request.socket.remoteAddress ?? '';
  const shutOut = settings.limits.ofAddress(sourceIp);
  const putOff = throttled(route.service, shutOut);
  const refuse = (refusal: Refusal, accessKeyId?: string): void => {
    settings.audit.failed(keySaid(refusal, accessKeyId), sourceIp, refusal.type, now);
    settings.limits.failed(sourceIp);
    tellForbidden(settings.log, request, refusal, requestId);
    sendError(response, route.protocol, shutOut > 0 ? putOff : inQueryWords(refusal, route), requestId);
  };
  const credentials = readCredentials(signed);
  const named = isRefusal(credentials)
    ? undefined
    : await settings.access.signerOf(credentials.accessKeyId, credentials.sessionToken);
  // with a key that is here it is looked at all the same: many may share an address, and one of them guesses
  if (shutOut > 0 && !named) return sendError(response, route.protocol, putOff, requestId);
  if (isRefusal(credentials)) return refuse(credentials);
  const signer = verify(signed, credentials, {
    // IAM is everywhere the same
    region: route.service === 'iam' ? 'any' : settings.region,
    service: route.service === 'longshore' ? 'batch' : route.service,
    now,
    keyOf: () => named?.key,
  });
  if (isRefusal(signer) || !named) return refuse(signer as Refusal, credentials.accessKeyId);
  named.used(route.service, signer.region);
  // who signs chooses it where any will do
  const facts = factsOf(request, regionAsked(route.service, signer.region));
  const { service, operation } = route;
  const asked = { service, operation, requestId, facts, at: now, account: settings.account };
  const asking = allowed(settings, route, signed, named, asked);
  await answerWith(settings, route, asking, request, response, requestId);
};

const factsOf = (request: IncomingMessage, region: string): RequestFacts => ({
  region,
  sourceIp: request.socket.remoteAddress ?? '',
  userAgent: header(request, 'user-agent'),
  referer: header(request, 'referer'),
});

const unsigned = async (
  settings: ListenerSettings,
  route: Operation,
  signed: SignedRequest,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> => {
  const facts = factsOf(request, settings.region === 'any' ? 'us-east-1' : settings.region);
  const wait = settings.limits.ofWebIdentity(facts.sourceIp);
  if (wait > 0) return sendError(response, route.protocol, throttled(route.service, wait), requestId);
  const { service, operation } = route;
  const asked = {
    service,
    operation,
    requestId,
    facts,
    at: settings.clock.wall(),
    account: settings.account,
  };
  const asking = ask(settings, route, signed, () => inputAsked('sts', signed), NOBODY, asked);
  await answerWith(settings, route, asking, request, response, requestId);
};

const NOBODY: Caller = { arn: '', accessKeyId: '' };

const answerWith = async (
  settings: ListenerSettings,
  route: Operation,
  asking: Promise<unknown>,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): Promise<void> => {
  const answer = await asking.catch((error: unknown) => faultOf(settings, route.service, error, requestId));
  if (!isRefusal(answer))
    return send(
      response,
      200,
      route.protocol.contentType,
      route.protocol.answer(answer, requestId),
      requestId,
    );
  tellForbidden(settings.log, request, answer, requestId);
  sendError(response, route.protocol, answer, requestId);
};

/** Whether it may be asked comes first, and only then the body is looked at as its operation does. */
const allowed = async (
  settings: ListenerSettings,
  route: Operation,
  signed: SignedRequest,
  signer: NamedSigner,
  asked: Asked,
): Promise<unknown> => {
  const { service, operation } = route;
  const input = once(() => inputAsked(service, signed));
  const caller = await signer.authorise({
    ...asked.facts,
    service,
    operation,
    input: () => (isRefusal(input()) ? undefined : input()),
    requestId: asked.requestId,
  });
  noteRefusals(settings.audit, settings.ids, asked, signer.identity, caller);
  // what is refused is asked, too: whoever asks what it may not is no quicker
  const wait = settings.limits.ofPrincipal(signer.identity, settings.account, signer.rate);
  if (isRefusal(caller)) return caller;
  return wait > 0 ? throttled(service, wait) : ask(settings, route, signed, input, caller, asked);
};

const once = <T>(read: () => T): (() => T) => {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
};

/** What the body says, nothing of it checked; a refusal where it cannot be read. */
const inputAsked = (service: Operation['service'], signed: SignedRequest): unknown => {
  if (service === 'sts' || service === 'ec2' || service === 'iam') return inputOf(parametersOf(signed));
  const parsed = parse(signed.body);
  return !isRefusal(parsed) && isTagsPath(signed.path) ? tagsInput(signed, parsed) : parsed;
};

const parametersOf = ({ query, body }: SignedRequest): ReadonlyMap<string, string> =>
  new Map([...query, ...new URLSearchParams(Buffer.from(body).toString('utf8'))]);

const ask = async (
  settings: ListenerSettings,
  route: Operation,
  signed: SignedRequest,
  input: () => unknown,
  caller: Caller,
  asked: Asked,
): Promise<unknown> => {
  const answer = await answerOf(settings, route, signed, input, caller, asked);
  noteDenied(settings.audit, settings.ids, asked, caller, answer);
  return answer;
};

const answerOf = async (
  settings: ListenerSettings,
  { service, operation }: Operation,
  signed: SignedRequest,
  input: () => unknown,
  caller: Caller,
  asked: Asked,
): Promise<unknown> => {
  if (service !== 'sts' && service !== 'ec2' && service !== 'iam')
    return operate(settings, service, operation, input, caller, asked);
  const parameters = parametersOf(signed);
  const { requestId, account } = asked;
  const known = recorded(settings.ids, asked, caller, input());
  const request = { action: operation, parameters, caller: known, account, requestId };
  const answer =
    service === 'ec2'
      ? await ec2(settings.ec2, request)
      : await identity(service, settings[service], { ...request, input: input() });
  if (isRefusal(answer)) return answer;
  if (service === 'iam') tellChange(settings.log, operation, input(), caller, requestId);
  noteRead(settings.audit, settings.ids, asked, caller, input());
  return answer;
};

/** Query services have other names for what is wrong with a key (W-113, A-072). */
const inQueryWords = (refusal: Refusal, route: Operation): Refusal => {
  const isQuery = route.service === 'sts' || route.service === 'iam';
  if ((isQuery || route.service === 'ec2') && refusal.type === 'ExpiredTokenException')
    return new Refusal('ExpiredToken', refusal.status, refusal.message);
  if (refusal.type !== 'UnrecognizedClientException') return refusal;
  if (isQuery) return new Refusal('InvalidClientTokenId', refusal.status, refusal.message);
  return route.service === 'ec2'
    ? new Refusal('AuthFailure', 401, 'AWS was not able to validate the provided access credentials')
    : refusal;
};

const operate = async (
  settings: ListenerSettings,
  service: 'batch' | 'longshore' | 'logs' | 'ecs',
  operation: string,
  input: () => unknown,
  caller: Caller,
  asked: Asked,
): Promise<unknown> => {
  const handler = Object.hasOwn(settings[service], operation) ? settings[service][operation] : undefined;
  if (!handler) return notYet(service, operation);
  const given = input();
  if (isRefusal(given)) return given;
  const checked = CHECKS[service](MODELS[service].operations[operation]!.input, given);
  if (checked.ok) {
    const { value } = checked;
    const answer = await handler(value as never, recorded(settings.ids, asked, caller, value));
    if (!isRefusal(answer)) noteRead(settings.audit, settings.ids, asked, caller, value);
    return answer;
  }
  const { kind, message } = checked.violation;
  if (kind === 'serialization') return new Refusal('SerializationException', 400, message);
  return new Refusal(
    service === 'batch' || service === 'longshore' ? 'ClientException' : 'InvalidParameterException',
    400,
    message,
  );
};

const notYet = (service: string, operation: string): Refusal =>
  new Refusal(
    'UnknownOperationException',
    404,
    `Longshore does not have the operation ${operation} of ${service}${
      service === 'batch' && operation in BATCH.operations ? ' yet' : ''
    }.`,
  );
