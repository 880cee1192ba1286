import type { Timers } from '../../lib/clock.ts';
import { type Outlook, outlookOf } from '../pull-errors.ts';
import { type Reference, referenceOf } from '../reference.ts';
import { DaemonRefusal, NoAnswer } from './answers.ts';
import type { DaemonApi } from './api.ts';
import { authHeader, type Credentials, credentialsFor } from './credentials.ts';

/** Why a pull came to nothing; the message is the daemon's own, or ours. */
export class PullFailed extends Error {
  override readonly name = 'PullFailed';
  readonly outlook: Outlook;

  constructor(message: string, outlook: Outlook = 'final') {
    super(message);
    this.outlook = outlook;
  }
}

/** In the words of the service's own agent. */
const SILENT = 'inactivity time exceeded timeout while pulling image';

/** What goes wrong in the midst of a pull has no status of its own: the answer's head was sent long ago. */
const STEP_FAILED = 500;

export interface PullerSettings {
  readonly timers: Timers;
  readonly configFolder: string;
  /** A pull that says nothing for so long hangs. */
  readonly silenceMilliseconds: number;
}

/** Pulls images, once each time that it is told. */
export class Puller {
  private readonly api: DaemonApi;
  private readonly settings: PullerSettings;
  private readonly ends = new Set<() => void>();

  constructor(api: DaemonApi, settings: PullerSettings) {
    this.api = api;
    this.settings = settings;
  }

  /** Undefined when the image is here. `given` stands before what Docker's own config says. */
  async tryOnce(image: string, given: Credentials | undefined): Promise<PullFailed | undefined> {
    const reference = referenceOf(image);
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
      return failureOf(error as Error, image);
    }
  }

  close(): void {
    for (const end of this.ends) end();
  }

  /** Reads the pull to its end; one that says nothing for too long is ended. */
  private async read(reference: Reference, auth: string | undefined): Promise<void> {
    const { timers, silenceMilliseconds } = this.settings;
    let end: () => void = () => {};
    let isSilent = false;
    const arm = () =>
      timers.after(silenceMilliseconds, () => {
        isSilent = true;
        end();
      });
    let callOff = () => {};
    const stop = () => end();
    this.ends.add(stop);
    try {
      const pull = await this.api.pull(reference, auth, silenceMilliseconds);
      end = pull.end;
      callOff = arm();
      for await (const step of pull.steps) {
        callOff();
        callOff = arm();
        if (step.error !== undefined) throw new DaemonRefusal(STEP_FAILED, step.error);
      }
      if (isSilent) throw new PullFailed(SILENT, 'busy');
    } catch (error) {
      const isLate = error instanceof NoAnswer && error.timedOut;
      throw isSilent || isLate ? new PullFailed(SILENT, 'busy') : error;
    } finally {
      callOff();
      this.ends.delete(stop);
    }
  }
}

const failureOf = (error: Error, image: string): PullFailed => {
  if (error instanceof PullFailed) return error;
  // no answer of the daemon's, or one that broke off: it restarts
  if (!(error instanceof DaemonRefusal)) return new PullFailed(error.message, 'busy');
  return new PullFailed(`Error response from daemon: ${error.message}`, outlookOf(error.message, image));
};
