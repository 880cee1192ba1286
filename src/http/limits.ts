import { networkOf } from '../auth/policy/addresses.ts';
import type { Identity } from '../domain/audit/record.ts';
import { Refusal } from '../domain/refusal.ts';
import { Buckets, type Rate } from '../lib/buckets.ts';
import type { Clock } from '../lib/clock.ts';

/** Failed signatures of one address (rule A-227), and tokens of web identities that it brings. */
const FAILURES: Rate = { perSecond: 10, burst: 100 };
const WEB_IDENTITIES: Rate = { perSecond: 20, burst: 20 };

/**
 * How often somebody may ask. All of a machine share its loopback address, so that nobody is counted by that: one program with a
 * wrong key would shut out all others.
 */
export class Limits {
  private readonly clock: Pick<Clock, 'steady'>;
  private readonly rate: Rate | undefined;
  private readonly principals = new Buckets();
  private readonly failures = new Buckets();
  private readonly webIdentities = new Buckets();

  /** `rate`: of each principal but root; undefined: none. */
  constructor(clock: Pick<Clock, 'steady'>, rate: Rate | undefined) {
    this.clock = clock;
    this.rate = rate;
  }

  /**
   * In how many milliseconds it may ask again; 0 now. A role's sessions are one (rule A-222), root is not limited. `own`: its own
   * rate, in place of that of all.
   */
  ofPrincipal({ userId }: Identity, account: string, own: Rate | undefined): number {
    const rate = own ?? this.rate;
    if (!rate || userId === undefined || userId === account) return 0;
    return this.principals.take(userId.split(':', 1)[0]!, this.clock.steady(), rate);
  }

  /** In how many milliseconds a key that nobody has is looked at again: so many signatures of an address were wrong; 0 now. */
  ofAddress(address: string): number {
    return isLoopback(address) ? 0 : this.failures.wait(networkOf(address), this.clock.steady(), FAILURES);
  }

  failed(address: string): void {
    if (!isLoopback(address)) this.failures.take(networkOf(address), this.clock.steady(), FAILURES);
  }

  ofWebIdentity(address: string): number {
    return isLoopback(address)
      ? 0
      : this.webIdentities.take(networkOf(address), this.clock.steady(), WEB_IDENTITIES);
  }
}

export const isLoopback = (address: string): boolean =>
  address === '::1' || /^(?:::ffff:)?127\./.test(address) || address === 'localhost';

/** What each service calls it; all of them are on the lists by which SDKs try again (rule A-222). */
const CODES = {
  batch: ['TooManyRequestsException', 429, 'Too Many Requests'],
  longshore: ['TooManyRequestsException', 429, 'Too Many Requests'],
  logs: ['ThrottlingException', 400, 'Rate exceeded'],
  ecs: ['ThrottlingException', 400, 'Rate exceeded'],
  iam: ['Throttling', 400, 'Rate exceeded'],
  sts: ['Throttling', 400, 'Rate exceeded'],
  ec2: ['RequestLimitExceeded', 503, 'Request limit exceeded.'],
} as const;

/** What a client is told that is to come again in so many milliseconds. */
export const throttled = (service: keyof typeof CODES, milliseconds: number): Refusal => {
  const [type, status, message] = CODES[service];
  return new Refusal(type, status, message, false, milliseconds);
};
