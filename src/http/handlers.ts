import type { Identity } from '../domain/audit/record.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Authorising } from '../operations/access/authorise.ts';

/** What policies know of a request beside its operation. */
export type RequestFacts = Pick<Authorising, 'region' | 'sourceIp' | 'userAgent' | 'referer'>;

/** Who signed a request. */
export interface Caller extends Identity {
  /** What is known of its request beside; see `service/service.ts`. */
  readonly facts?: RequestFacts;
  readonly requestId?: string;
  readonly recordOf?: (answer: unknown) => string;
  readonly refusals?: ReadonlyMap<string, Refusal>;
}

/** What answers an operation, and what answers those of a service, by name. */
export type Handler = (input: never, caller: Caller) => Promise<unknown>;
export type Handlers = Readonly<Record<string, Handler>>;
