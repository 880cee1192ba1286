import { nodeId } from '../../domain/job-id.ts';
import type { Timers } from '../../lib/clock.ts';
import type { NodePlace, StartOrder } from '../engine.ts';
import type { DaemonApi, Listed } from './api.ts';
import { pause } from './back-off.ts';
import { DaemonRefusal, NoAnswer } from './client.ts';
import { type Attachment, LABEL, nodesLabel } from './container.ts';
import type { Gate } from './ticket.ts';

/** How often the daemon may answer 5xx before that is taken for its answer. */
const FAULTS = 3;

/** One network for each attempt of each multi-node job of each data folder. */
export const networkName = (dataId: string, nodes: string): string => `longshore-${dataId}-${nodes}`;

/** By these the other nodes find one, within their attempt's network. */
export const nodeNames = ({ job, index }: NodePlace): string[] => [`node-${index}`, `${job}-node-${index}`];

/** The body of the create. Where jobs have no network, nodes have one that leads nowhere else. Pure. */
export const networkBody = (
  dataId: string,
  order: StartOrder,
  jobsNetwork: string,
): Record<string, unknown> => {
  const nodes = nodesLabel(order)!;
  return {
    Name: networkName(dataId, nodes),
    CheckDuplicate: true,
    Driver: 'bridge',
    Internal: jobsNetwork === 'none',
    Labels: {
      [LABEL.data]: dataId,
      [LABEL.job]: order.node!.job,
      [LABEL.attempt]: String(order.attempt),
      [LABEL.nodes]: nodes,
    },
  };
};

/** The daemon has no addresses left for one network more: some come free as other jobs end. */
const isCrowded = (error: Error): boolean =>
  error instanceof DaemonRefusal && /address pool/i.test(error.message);

const crowdedText = ({ message }: Error): string =>
  `waits for a network: the Docker daemon has no addresses left for one more, and is asked again (${message})`;

/** Whether what the daemon refused, or did not answer, is asked for again after so many refusals. Pure. */
export const isAskedAgain = (error: unknown, faults: number): boolean => {
  if (error instanceof NoAnswer) return true;
  if (!(error instanceof DaemonRefusal)) return false;
  if (isCrowded(error)) return true;
  return (error.status >= 500 || error.status === 409) && faults < FAULTS;
};

/** Where the main node of an attempt is, as its container tells; undefined when that has no address (any more). Pure. */
export const mainIn = (
  listed: readonly Listed[],
  name: string,
): Pick<Attachment, 'network' | 'mainAddress'> | undefined => {
  for (const { NetworkSettings } of listed) {
    const { NetworkID: network, IPAddress: mainAddress } = NetworkSettings?.Networks?.[name] ?? {};
    if (network && mainAddress) return { network, mainAddress };
  }
  return undefined;
};

const NOTHING = () => {};

/** What of a launch is told and asked here. */
type NetworkGate = Pick<Gate, 'isShut' | 'waits'>;

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
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(api: DaemonApi, settings: NetworksSettings) {
    this.api = api;
    this.settings = settings;
  }

  /**
   * How the container of this order is attached; undefined when it has no nodes, or when nobody wants to know any more.
   * Rejects with what the daemon says, or when the main node does not run.
   */
  async attachmentOf(order: StartOrder, gate: NetworkGate): Promise<Attachment | undefined> {
    const { node } = order;
    if (!node) return undefined;
    const found = await this.insist(gate, () =>
      node.index === node.mainNode ? this.make(order) : this.findMain(nodesLabel(order)!, node),
    );
    return found && { ...found, names: nodeNames(node) };
  }

  /** Unless `isNeeded` by then. One that cannot be removed is found again by the next sweep. */
  async remove(nodes: string, isNeeded: () => boolean): Promise<void> {
    await this.inTurn(nodes, async () => {
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

  private insist<T>(gate: NetworkGate, ask: () => Promise<T>): Promise<T | undefined> {
    let why: string | undefined;
    return gate.waits(
      () => why,
      async () => {
        let faults = 0;
        for (let tries = 0; !gate.isShut(); tries++) {
          try {
            return await ask();
          } catch (error) {
            if (!isAskedAgain(error, faults)) throw error;
            if (isCrowded(error as Error)) why = crowdedText(error as Error);
            else if (error instanceof DaemonRefusal) faults++;
            await pause(this.settings.timers, tries);
          }
        }
        return undefined;
      },
    );
  }

  private make(order: StartOrder): Promise<Pick<Attachment, 'network'>> {
    const { dataId, network } = this.settings;
    const nodes = nodesLabel(order)!;
    return this.inTurn(nodes, async () => {
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
  private inTurn<T>(nodes: string, act: () => Promise<T>): Promise<T> {
    const done = (this.turns.get(nodes) ?? Promise.resolve()).then(act);
    const settled = done.then(NOTHING, NOTHING).then(() => {
      if (this.turns.get(nodes) === settled) this.turns.delete(nodes);
    });
    this.turns.set(nodes, settled);
    return done;
  }
}
