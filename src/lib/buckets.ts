/** How many a second, and how many at once after a rest. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  /** When it had so many, by the steady clock. */
  at: number;
}

/** A token, but for what sums of fractions lack. */
const WHOLE = 1 - 1e-9;
/** So many are remembered. */
const MOST = 10_000;

/** A bucket of tokens for each key, which fills at a rate; steady milliseconds. */
export class Buckets {
  private readonly rate: Rate;
  private readonly buckets = new Map<string, Bucket>();

  constructor(rate: Rate) {
    this.rate = rate;
  }

  /** Takes a token; returns 0, or in how many milliseconds there is one: then none is taken. */
  take(key: string, now: number): number {
    const wait = this.wait(key, now);
    if (wait === 0) this.bucket(key, now).tokens--;
    return wait;
  }

  /** In how many milliseconds there is a token; 0 where there is one. */
  wait(key: string, now: number): number {
    const known = this.buckets.get(key);
    if (!known) return 0;
    const { tokens } = this.filled(known, now);
    return tokens >= WHOLE ? 0 : Math.ceil(((WHOLE - tokens) / this.rate.perSecond) * 1000);
  }

  private bucket(key: string, now: number): Bucket {
    const known = this.buckets.get(key);
    if (known) return this.filled(known, now);
    // the oldest: it has had the longest to fill
    if (this.buckets.size >= MOST) this.buckets.delete(this.buckets.keys().next().value!);
    const made = { tokens: this.rate.burst, at: now };
    this.buckets.set(key, made);
    return made;
  }

  private filled(bucket: Bucket, now: number): Bucket {
    const gained = (Math.max(0, now - bucket.at) / 1000) * this.rate.perSecond;
    bucket.tokens = Math.min(this.rate.burst, bucket.tokens + gained);
    bucket.at = now;
    return bucket;
  }
}
