import type { Clock, Timers } from '../../lib/clock.ts';
import type { Log } from '../../lib/logger.ts';
import type { DaemonApi } from './api.ts';
import { DaemonRefusal, NoAnswer } from './client.ts';
import { authHeader, type Credentials, credentialsFor } from './credentials.ts';
import { isPassing } from './pull-errors.ts';
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
  /** Whether it may be otherwise when it is tried again. */
  readonly passes: boolean;

  constructor(message: string, passes = false) {
    super(message);
    this.passes = passes;
  }
}

/** One that is under way, for whoever waits for it. */
interface Pull {
  readonly done: Promise<void>;
  /** How often it was tried in vain, and what was said the last time. */
  failures: number;
  answer: string;
}

/** Fetches images: each one once however many wait for it, again and again while its registry is busy. */
export class Pulls {
  private readonly api: DaemonApi;
  private readonly settings: PullSettings;
  private readonly limits: PullLimits;
  private readonly underWay = new Map<string, Pull>();
  private readonly stops = new Set<() => void>();
  private closed = false;

  constructor(api: DaemonApi, settings: PullSettings) {
    this.api = api;
    this.settings = settings;
    this.limits = { ...LIMITS, ...settings.limits };
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
    for (const stop of this.stops) stop();
  }

  private async insist(
    image: string,
    credentials: Credentials | undefined,
    failed: (error: PullFailed) => void,
  ): Promise<void> {
    const reference = referenceOf(image);
    const began = this.settings.clock.steady();
    let pause = this.limits.firstPauseMilliseconds;
    for (;;) {
      const error = await this.tryOnce(image, reference, credentials);
      if (!error) return;
      const waited = this.settings.clock.steady() - began;
      if (this.closed || !error.passes || waited + pause > this.limits.patienceMilliseconds) throw error;
      failed(error);
      this.settings.log.warn({ image, error: error.message, pause }, 'a pull is tried again');
      await this.sleep(pause);
      pause = Math.min(pause * 2, this.limits.longestPauseMilliseconds);
    }
  }

  private async tryOnce(
    image: string,
    reference: Reference,
    given: Credentials | undefined,
  ): Promise<PullFailed | undefined> {
    let auth: string | undefined;
    try {
      const { registry } = reference;
      const credentials = given ?? (await credentialsFor(this.settings.configFolder, registry));
      auth = credentials && authHeader(credentials, registry);
    } catch (error) {
      return new PullFailed((error as Error).message);
    }
    try {
      await this.read(reference, auth);
      return undefined;
    } catch (error) {
      const { message } = error as Error;
      if (error instanceof PullFailed) return error;
      // no answer of the daemon's, or one that broke off: it restarts
      if (!(error instanceof DaemonRefusal)) return new PullFailed(message, true);
      return new PullFailed(`Error response from daemon: ${message}`, isPassing(message, image));
    }
  }

  /** Reads the pull to its end; one that says nothing for too long is ended. */
  private async read(reference: Reference, auth: string | undefined): Promise<void> {
    let end: () => void = () => {};
    let isSilent = false;
    const arm = () =>
      this.settings.timers.after(this.limits.silenceMilliseconds, () => {
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
        if (step.error !== undefined) throw new DaemonRefusal(STEP_FAILED, step.error);
      }
      if (isSilent) throw new PullFailed(SILENT, true);
    } catch (error) {
      const isLate = error instanceof NoAnswer && error.timedOut;
      throw isSilent || isLate ? new PullFailed(SILENT, true) : error;
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
      const callOff = this.settings.timers.after(milliseconds, done);
      this.stops.add(done);
    });
  }
}

/** In the words of the service's own agent. */
const SILENT = 'inactivity time exceeded timeout while pulling image';

/** What goes wrong in the midst of a pull has no status of its own: the answer's head was sent long ago. */
const STEP_FAILED = 500;

const keyOf = (image: string, credentials: Credentials | undefined): string =>
  JSON.stringify([image, credentials]);
