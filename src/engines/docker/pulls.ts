import type { Clock, Timers } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { DaemonApi } from './api.ts';
import { DaemonRefusal, NoAnswer } from './client.ts';
import { authHeader, type Credentials, credentialsFor } from './credentials.ts';
import { type Reference, referenceOf } from './reference.ts';

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
  /** A registry that is busy or out of reach is tried again for so long. */
  readonly patienceMilliseconds: number;
  /** The first pause; each is twice the one before, up to the longest. */
  readonly firstPauseMilliseconds: number;
  readonly longestPauseMilliseconds: number;
}

const LIMITS: PullLimits = {
  silenceMilliseconds: 60_000,
  patienceMilliseconds: 300_000,
  firstPauseMilliseconds: 1000,
  longestPauseMilliseconds: 30_000,
};

/** Why a pull came to nothing; the message is the daemon's own, or ours. */
export class PullFailed extends Error {
  override readonly name = 'PullFailed';
}

/** Fetches images: each one once however many wait for it, again and again while its registry is busy. */
export class Pulls {
  private readonly api: DaemonApi;
  private readonly s: PullSettings;
  private readonly limits: PullLimits;
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly stops = new Set<() => void>();
  private closed = false;

  constructor(api: DaemonApi, settings: PullSettings) {
    this.api = api;
    this.s = settings;
    this.limits = { ...LIMITS, ...settings.limits };
  }

  /** Resolves when the image is here; rejects with PullFailed. `credentials` of the job itself stand before the operator's. */
  pull(image: string, credentials?: Credentials): Promise<void> {
    const key = JSON.stringify([image, credentials]);
    const known = this.underWay.get(key);
    if (known) return known;
    const pull = this.insist(image, credentials).finally(() => this.underWay.delete(key));
    this.underWay.set(key, pull);
    return pull;
  }

  close(): void {
    this.closed = true;
    for (const stop of this.stops) stop();
  }

  private async insist(image: string, credentials: Credentials | undefined): Promise<void> {
    const reference = referenceOf(image);
    const began = this.s.clock.steady();
    let pause = this.limits.firstPauseMilliseconds;
    for (;;) {
      const error = await this.tryOnce(reference, credentials);
      if (!error) return;
      const waited = this.s.clock.steady() - began;
      if (this.closed || !isPassing(error) || waited + pause > this.limits.patienceMilliseconds) throw error;
      this.s.log.warn({ image, error: error.message, pause }, 'a pull is tried again');
      await this.sleep(pause);
      pause = Math.min(pause * 2, this.limits.longestPauseMilliseconds);
    }
  }

  private async tryOnce(
    reference: Reference,
    given: Credentials | undefined,
  ): Promise<PullFailed | undefined> {
    try {
      const { registry } = reference;
      const credentials = given ?? (await credentialsFor(this.s.configFolder, registry));
      await this.read(reference, credentials && authHeader(credentials, registry));
      return undefined;
    } catch (error) {
      if (error instanceof PullFailed) return error;
      const from = error instanceof DaemonRefusal ? 'Error response from daemon: ' : '';
      return new PullFailed(`${from}${(error as Error).message}`);
    }
  }

  /** Reads the pull to its end; one that says nothing for too long is ended. */
  private async read(reference: Reference, auth: string | undefined): Promise<void> {
    let end: () => void = () => {};
    let isSilent = false;
    const arm = () =>
      this.s.timers.after(this.limits.silenceMilliseconds, () => {
        isSilent = true;
        end();
      });
    let callOff = () => {};
    const stop = () => end();
    this.stops.add(stop);
    try {
      const pull = await this.api.pull(reference, auth, this.limits.silenceMilliseconds);
      end = pull.end;
      callOff = arm();
      for await (const step of pull.steps) {
        callOff();
        callOff = arm();
        if (step.error !== undefined) throw new PullFailed(`Error response from daemon: ${step.error}`);
      }
      if (isSilent) throw new PullFailed(SILENT);
    } catch (error) {
      const isLate = error instanceof NoAnswer && error.timedOut;
      throw isSilent || isLate ? new PullFailed(SILENT) : error;
    } finally {
      callOff();
      this.stops.delete(stop);
    }
  }

  private sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        callOff();
        this.stops.delete(done);
        resolve();
      };
      const callOff = this.s.timers.after(milliseconds, done);
      this.stops.add(done);
    });
  }
}

/** In the words of the service's own agent. */
const SILENT = 'inactivity time exceeded timeout while pulling image';

/** What a busy or unreachable registry, or a daemon that restarts, says: it may pass. What is refused or missing stays so. */
const PASSING =
  /toomanyrequests|too many requests|\b429\b|\b50[0234]\b|internal server error|bad gateway|unavailable|time-?out|timed out|inactivity|deadline exceeded|connection refused|reset by peer|broken pipe|\bEOF\b|i\/o error|no such host|server misbehaving|ECONN|socket hang up|ENOENT|aborted|broke off|no answer/i;

const isPassing = (error: Error): boolean => PASSING.test(error.message) && !FINAL.test(error.message);

const FINAL = /manifest (for .* )?(unknown|not found)|unauthorized|denied|invalid reference/i;
