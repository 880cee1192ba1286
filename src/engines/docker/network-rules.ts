import type { NodePlace, StartOrder } from '../engine.ts';
import { DaemonRefusal, NoAnswer } from './answers.ts';
import type { Listed } from './api-shapes.ts';
import type { Attachment } from './body-parts.ts';
import { LABEL, nodesLabel } from './labels.ts';

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
export const isCrowded = (error: Error): boolean =>
  error instanceof DaemonRefusal && /address pool/i.test(error.message);

export const crowdedText = ({ message }: Error): string =>
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
