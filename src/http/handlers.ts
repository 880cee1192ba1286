import type { Refusal } from '../domain/refusal.ts';

/** Who signed a request. */
export interface Caller {
  readonly arn: string;
  readonly accessKeyId: string;
  /** `AIDA…` of a user; root has none. */
  readonly userId?: string;
  readonly userName?: string;
  readonly sourceIp?: string;
  readonly userAgent?: string | undefined;
  readonly requestId?: string;
  /** See `service/service.ts`. */
  readonly recordOf?: (answer: unknown) => string;
  readonly refusals?: ReadonlyMap<string, Refusal>;
}

/** What answers an operation, and what answers those of a service, by name. */
export type Handler = (input: never, caller: Caller) => Promise<unknown>;
export type Handlers = Readonly<Record<string, Handler>>;
