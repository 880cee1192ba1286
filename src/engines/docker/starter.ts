import type { Timers } from '../../lib/clock.ts';
import { DaemonRefusal, NoAnswer } from './answers.ts';
import type { DaemonApi } from './api.ts';
import { backOff } from './back-off.ts';
import { again, FAULTS, failed, isMade, type Launched, launchedOf, said } from './launched.ts';
import type { Inspected } from './outcome.ts';
import type { Ticket } from './ticket.ts';

const STARTS = () => 'waits for the Docker daemon to start its container';

/** Starts containers that were made: each once, whatever becomes of the daemon's answers. */
export class Starter {
  private readonly api: DaemonApi;
  private readonly timers: Timers;

  constructor(api: DaemonApi, timers: Timers) {
    this.api = api;
    this.timers = timers;
  }

  /**
   * A start whose answer was lost is repeated only when the daemon, asked again, says that it has not begun: a container
   * that ended would run a second time. What goes wrong is sorted out without its permit.
   */
  async start(container: string, ticket: Ticket, giveBack: () => void = () => {}): Promise<Launched> {
    if (ticket.isVoid()) return { kind: 'void', container };
    ticket.starting(container);
    let faults = 0;
    for (let tries = 0; ; tries++) {
      try {
        await ticket.whileWaiting(STARTS, () => this.api.start(container));
        return { kind: 'begun', container };
      } catch (error) {
        giveBack();
        const state = await this.stateOf(container, ticket);
        if (state === 'gone') return failed(`CannotStartContainerError: ${said(error)}`);
        if (state !== 'created') return state;
        if (error instanceof NoAnswer && error.timedOut) return this.abandon(container, ticket);
        if (error instanceof DaemonRefusal && ++faults > FAULTS) {
          return failed(`CannotStartContainerError: ${said(error)}`, container);
        }
        await backOff(this.timers, tries);
      }
    }
  }

  /** Asks until the daemon answers; undefined when there is no such container (or nobody wants to know any more). */
  look(container: string, ticket: Ticket): Promise<Inspected | undefined> {
    let why = 'waits for the Docker daemon to say what became of its container';
    return ticket.whileWaiting(
      () => why,
      async () => {
        for (let tries = 0; ; tries++) {
          try {
            return await this.api.inspect(container);
          } catch (error) {
            if (error instanceof DaemonRefusal && error.status === 404) return undefined;
            if (ticket.isVoid()) return undefined;
            why = again(said(error)).why;
            await backOff(this.timers, tries);
          }
        }
      },
    );
  }

  /**
   * Rule J-183. The order may still lie in the daemon, and the job's next attempt must not run beside it: so nothing is told
   * before the container is known to be gone. One that began meanwhile stays, and has begun.
   */
  private async abandon(container: string, ticket: Ticket): Promise<Launched> {
    for (let tries = 0; ; tries++) {
      const isRemoved = await this.api.remove(container).then(
        () => true,
        () => false,
      );
      const state = isRemoved ? 'gone' : await this.stateOf(container, ticket);
      if (state === 'gone')
        return failed('DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s');
      if (state !== 'created') return state;
      await backOff(this.timers, tries);
    }
  }

  /** Whether it is still to be started, or what the launch has come to. */
  private async stateOf(container: string, ticket: Ticket): Promise<Launched | 'gone' | 'created'> {
    const found = await this.look(container, ticket);
    if (!found) return ticket.isVoid() ? { kind: 'void' } : 'gone';
    return isMade(found) ? 'created' : launchedOf(found);
  }
}
