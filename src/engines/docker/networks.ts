import { nodeId } from '../../domain/job-id.ts';
import type { Timers } from '../../lib/clock.ts';
import type { NodePlace, StartOrder } from '../engine.ts';
import { DaemonRefusal } from './answers.ts';
import type { DaemonApi } from './api.ts';
import { backOff } from './back-off.ts';
import type { Attachment } from './body-parts.ts';
import { LABEL, nodesLabel } from './labels.ts';
import {
  crowdedText,
  isAskedAgain,
  isCrowded,
  mainIn,
  networkBody,
  networkName,
  nodeNames,
} from './network-rules.ts';
import type { Ticket } from './ticket.ts';

const NOTHING = () => {};

/** What of a launch is told and asked here. */
type NetworkTicket = Pick<Ticket, 'isVoid' | 'whileWaiting'>;

export interface NetworksSettings {
  readonly timers: Timers;
  readonly dataId: string;
  /** What the containers of ordinary jobs have. */
  readonly network: string;
}

/** The networks of multi-node jobs: made for the main node, found by the others, removed when nothing needs them. */
export class Networks {
  private readonly api: DaemonApi;
  private readonly settings: NetworksSettings;
  private readonly last = new Map<string, Promise<unknown>>();

  constructor(api: DaemonApi, settings: NetworksSettings) {
    this.api = api;
    this.settings = settings;
  }

  /**
   * How the container of this order is attached; undefined when it has no nodes, or when nobody wants to know any more.
   * Rejects with what the daemon says, or when the main node does not run.
   */
  async attachmentOf(order: StartOrder, ticket: NetworkTicket): Promise<Attachment | undefined> {
    const { node } = order;
    if (!node) return undefined;
    const found = await this.insist(ticket, () =>
      node.index === node.mainNode ? this.make(order) : this.findMain(nodesLabel(order)!, node),
    );
    return found && { ...found, names: nodeNames(node) };
  }

  /** Unless `isNeeded` by then. One that cannot be removed is found again by the next sweep. */
  async remove(nodes: string, isNeeded: () => boolean): Promise<void> {
    await this.oneByOne(nodes, async () => {
      for (const { Id } of await this.api.networks(`${LABEL.nodes}=${nodes}`)) {
        if (!isNeeded()) await this.api.removeNetwork(Id);
      }
    }).catch(() => {});
  }

  /** Those of attempts that are no more. */
  async sweep(isNeeded: (nodes: string) => boolean): Promise<void> {
    for (const { Labels } of await this.api.networks()) {
      const nodes = Labels[LABEL.nodes];
      if (nodes !== undefined && !isNeeded(nodes)) await this.remove(nodes, () => isNeeded(nodes));
    }
  }

  private insist<T>(ticket: NetworkTicket, ask: () => Promise<T>): Promise<T | undefined> {
    let why: string | undefined;
    return ticket.whileWaiting(
      () => why,
      async () => {
        let faults = 0;
        for (let tries = 0; !ticket.isVoid(); tries++) {
          try {
            return await ask();
          } catch (error) {
            if (!isAskedAgain(error, faults)) throw error;
            if (isCrowded(error as Error)) why = crowdedText(error as Error);
            else if (error instanceof DaemonRefusal) faults++;
            await backOff(this.settings.timers, tries);
          }
        }
        return undefined;
      },
    );
  }

  private make(order: StartOrder): Promise<Pick<Attachment, 'network'>> {
    const { dataId, network } = this.settings;
    const nodes = nodesLabel(order)!;
    return this.oneByOne(nodes, async () => {
      try {
        return { network: await this.api.createNetwork(networkBody(dataId, order, network)) };
      } catch (error) {
        const isThere = error instanceof DaemonRefusal && error.status === 409;
        const [found] = isThere ? await this.api.networks(`${LABEL.nodes}=${nodes}`) : [];
        if (!found) throw error;
        return { network: found.Id };
      }
    });
  }

  private async findMain(
    nodes: string,
    { job, mainNode }: NodePlace,
  ): Promise<Pick<Attachment, 'network' | 'mainAddress'>> {
    const labels = [`${LABEL.nodes}=${nodes}`, `${LABEL.job}=${nodeId(job, mainNode)}`];
    const found = mainIn(await this.api.running(...labels), networkName(this.settings.dataId, nodes));
    if (!found) throw new Error(`the main node, ${mainNode}, does not run any more`);
    return found;
  }

  /** One thing at a time with each network: none is attached to while it is being removed. */
  private oneByOne<T>(nodes: string, act: () => Promise<T>): Promise<T> {
    const done = (this.last.get(nodes) ?? Promise.resolve()).then(act);
    const over = done.then(NOTHING, NOTHING).then(() => {
      if (this.last.get(nodes) === over) this.last.delete(nodes);
    });
    this.last.set(nodes, over);
    return done;
  }
}
