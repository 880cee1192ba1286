import type { Clock, Timers } from '../../lib/clock.ts';
import type { Log } from '../../lib/logger.ts';
import type { DaemonApi } from './api.ts';
import type { Credentials } from './credentials.ts';
import { Puller, type PullFailed } from './pull.ts';

export interface PullSettings {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Docker's own config: `~/.docker`. */
  readonly configFolder: string;
  readonly limits?: Partial<PullLimits>;
}

export interface PullLimits {
  /** A pull that says nothing for so long hangs. */
  readonly silenceMilliseconds: number;
  /** So long a registry that is busy is tried again, and one that is away: counted from the first failure, pauses and tries. */
  readonly patienceMilliseconds: number;
  readonly awayMilliseconds: number;
  /** The first pause; each is twice the one before, up to the longest. */
  readonly firstPauseMilliseconds: number;
  readonly longestPauseMilliseconds: number;
}

const LIMITS: PullLimits = {
  silenceMilliseconds: 60_000,
  patienceMilliseconds: 300_000,
  // with the tries, a name's lookup may take twenty seconds, its job fails within a minute
  awayMilliseconds: 20_000,
  firstPauseMilliseconds: 1000,
  longestPauseMilliseconds: 30_000,
};

/** One that is under way, for whoever waits for it. */
interface Pull {
  readonly done: Promise<void>;
  /** How often it was tried in vain, and what was said the last time. */
  failures: number;
  answer: string;
}

/** Fetches images: each one once however many wait for it, again and again while its registry is busy. */
export class Pulls {
  private readonly puller: Puller;
  private readonly settings: PullSettings;
  private readonly limits: PullLimits;
  private readonly underWay = new Map<string, Pull>();
  private readonly wakes = new Set<() => void>();
  private closed = false;

  constructor(api: DaemonApi, settings: PullSettings) {
    this.settings = settings;
    this.limits = { ...LIMITS, ...settings.limits };
    const { timers, configFolder } = settings;
    const { silenceMilliseconds } = this.limits;
    this.puller = new Puller(api, { timers, configFolder, silenceMilliseconds });
  }

  /** Resolves when the image is here; rejects with PullFailed. `credentials` of the job itself stand before the operator's. */
  pull(image: string, credentials?: Credentials): Promise<void> {
    const key = keyOf(image, credentials);
    const known = this.underWay.get(key);
    if (known) return known.done;
    const failed = (error: PullFailed) => {
      pull.failures++;
      pull.answer = error.message;
    };
    const done = this.insist(image, credentials, failed).finally(() => this.underWay.delete(key));
    const pull: Pull = { done, failures: 0, answer: '' };
    this.underWay.set(key, pull);
    return done;
  }

  /** Why somebody who waits for this image does, for people; undefined when it is not being pulled. */
  waitReason(image: string, credentials?: Credentials): string | undefined {
    const pull = this.underWay.get(keyOf(image, credentials));
    if (!pull) return undefined;
    const { failures, answer } = pull;
    const wait = `waits for its image: ${image} is being pulled`;
    if (failures === 0) return wait;
    return `${wait} again after ${failures === 1 ? 'a failure' : `${failures} failures`}: ${answer}`;
  }

  close(): void {
    this.closed = true;
    this.puller.close();
    for (const wake of this.wakes) wake();
  }

  private async insist(
    image: string,
    credentials: Credentials | undefined,
    failed: (error: PullFailed) => void,
  ): Promise<void> {
    const { clock, log } = this.settings;
    let pause = this.limits.firstPauseMilliseconds;
    for (let since: number | undefined; ; ) {
      const error = await this.puller.tryOnce(image, credentials);
      if (!error) return;
      since ??= clock.steady();
      if (this.closed || clock.steady() - since + pause > this.patienceWith(error)) throw error;
      failed(error);
      log.warn({ image, error: error.message, pause }, 'a pull is tried again');
      await this.sleep(pause);
      pause = Math.min(pause * 2, this.limits.longestPauseMilliseconds);
    }
  }

  private patienceWith({ outlook }: PullFailed): number {
    switch (outlook) {
      case 'final':
        return 0;
      case 'away':
        return this.limits.awayMilliseconds;
      case 'busy':
        return this.limits.patienceMilliseconds;
    }
  }

  private sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        callOff();
        this.wakes.delete(done);
        resolve();
      };
      const callOff = this.settings.timers.after(milliseconds, done);
      this.wakes.add(done);
    });
  }
}

const keyOf = (image: string, credentials: Credentials | undefined): string =>
  JSON.stringify([image, credentials]);
