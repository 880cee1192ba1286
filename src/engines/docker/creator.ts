import { DaemonRefusal, NoAnswer } from './answers.ts';
import type { DaemonApi } from './api.ts';
import { type Again, again, FAULTS, failed, isMade, type Launched, launchedOf, said } from './launched.ts';
import { Permits } from './permits.ts';
import { PullFailed } from './pull.ts';
import type { Starter } from './starter.ts';
import type { Ticket } from './ticket.ts';

/** How often the daemon said no to the creates of one container. Silence is none, however long. */
export interface Noes {
  faults: number;
  absences: number;
}

export interface CreatorSettings {
  /** Whether an image that is not here is an answer: nothing is pulled. */
  readonly neverPulls: boolean;
}

/** Makes containers and has them started: one for each task, whatever the daemon does meanwhile. */
export class Creator {
  private readonly api: DaemonApi;
  private readonly starter: Starter;
  private readonly settings: CreatorSettings;
  private readonly permits = new Permits();

  constructor(api: DaemonApi, starter: Starter, settings: CreatorSettings) {
    this.api = api;
    this.starter = starter;
    this.settings = settings;
  }

  /** One create, and the start that follows it. */
  async tryOnce(
    name: string,
    body: () => unknown,
    ticket: Ticket,
    noes: Noes,
  ): Promise<Launched | Again | { readonly kind: 'pull' }> {
    const giveBack = await this.permits.take();
    try {
      if (ticket.isVoid()) return { kind: 'void' };
      return await this.starter.start(await this.api.create(name, body()), ticket, giveBack);
    } catch (error) {
      if (error instanceof NoAnswer) return again(said(error));
      if (!(error instanceof DaemonRefusal)) throw error;
      giveBack();
      return await this.meet(error, name, ticket, noes);
    } finally {
      giveBack();
    }
  }

  /** What the daemon's no to a create comes to. */
  private async meet(
    error: DaemonRefusal,
    name: string,
    ticket: Ticket,
    noes: Noes,
  ): Promise<Launched | Again | { readonly kind: 'pull' }> {
    if (error.status === 409) return this.goOnWith(name, ticket);
    if (error.status === 404 && /no such image/i.test(error.message)) {
      if (this.settings.neverPulls || ++noes.absences > FAULTS) throw new PullFailed(said(error));
      return { kind: 'pull' };
    }
    if (/invalid reference/i.test(error.message)) throw new PullFailed(said(error));
    if (error.status >= 500 && (++noes.faults <= FAULTS || ticket.isLeft(error.message)))
      return again(said(error));
    return failed(`CannotCreateContainerError: ${said(error)}`);
  }

  /**
   * There is a container of this task already: an earlier server made it, or an answer was lost. One that nobody finds is
   * being made, for a create whose answer came too late, or removed. All this without a permit: there are few of them, and
   * each may take as long as the daemon likes.
   */
  private async goOnWith(name: string, ticket: Ticket): Promise<Launched | Again> {
    const found = await this.starter.look(name, ticket);
    if (!found) return ticket.isVoid() ? { kind: 'void' } : again('its container is being made or removed');
    return isMade(found) ? this.starter.start(found.Id, ticket) : launchedOf(found);
  }
}
