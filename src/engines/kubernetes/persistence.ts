import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/logger.ts';
import { ApiRefusal } from './client/answers.ts';
import { type Insistence, insist } from './client/insist.ts';
import { ComplaintPace } from './complaint-pace.ts';

/** What was refused is asked again after so long: a right may be given back, a webhook be mended. */
const PACE_MILLISECONDS = 30_000;

/** Asks what has to be done in the end, whatever the API server answers meanwhile. */
export class Persistence {
  private readonly insistence: Insistence;
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly complaints = new ComplaintPace();

  constructor(insistence: Insistence, clock: Clock, log: Log) {
    this.insistence = insistence;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Resolves when it is done: with false where that means another object by now (409), or nobody wants it any more.
   * `what`: for people, of what is refused.
   */
  async persist(what: string, ask: () => Promise<unknown>, isUnwanted = () => false): Promise<boolean> {
    const isVoid = () => this.insistence.isVoid() || isUnwanted();
    for (;;) {
      try {
        await insist({ ...this.insistence, isVoid }, ask);
        return true;
      } catch (error) {
        if (isVoid() || (error instanceof ApiRefusal && error.status === 409)) return false;
        this.complain(what, error as Error);
      }
      await new Promise<void>((resolve) => void this.insistence.timers.after(PACE_MILLISECONDS, resolve));
    }
  }

  /** Rule K-095: once a minute at most. */
  private complain(what: string, { message }: Error): void {
    if (this.complaints.isDue(this.clock.steady())) this.log.warn({ error: message }, `${what}: tried again`);
  }
}
