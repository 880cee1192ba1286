/** Whom a token of an issuer of identities is about, once it was believed. */
export interface TokenHolder {
  readonly provider: string;
  readonly audience: string;
  readonly subject: string;
}

/**
 * What a client did wrong, as data: `http` spells it, nobody throws it.
 * A bug throws; a refusal is returned.
 */
export class Refusal {
  /** The wire's error type: `ClientException`, `InvalidParameterException`, … */
  readonly type: string;
  /** HTTP status. */
  readonly status: number;
  readonly message: string;
  /** True where the service wraps the text as `Error executing request, Exception : …, RequestId: …`. */
  readonly wrapped: boolean;
  /** In how many milliseconds to come again, of what is refused for now alone. */
  readonly retryAfter: number | undefined;
  /** Who was refused, where it has no key and the operation alone came to know it: for the audit. */
  readonly holder: TokenHolder | undefined;

  constructor(
    type: string,
    status: number,
    message: string,
    wrapped = false,
    retryAfter?: number,
    holder?: TokenHolder,
  ) {
    this.type = type;
    this.status = status;
    this.message = message;
    this.wrapped = wrapped;
    this.retryAfter = retryAfter;
    this.holder = holder;
  }
}

/** A refusal that reads as the text alone (state conflicts, unknown things). */
export const refuse = (message: string): Refusal => new Refusal('ClientException', 400, message);

/** A refusal that the service wraps with its prefix and the request's id (validation). Rule W-023. */
export const refuseWrapped = (message: string): Refusal => new Refusal('ClientException', 400, message, true);

export const isRefusal = (value: unknown): value is Refusal => value instanceof Refusal;
