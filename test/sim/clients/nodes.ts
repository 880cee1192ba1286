import type { Wire } from '../books/model.ts';
import type { Ledger } from '../books/requests.ts';
import { definitionIn } from '../books/resources.ts';
import type { Random } from '../random.ts';
import type { Swarm } from '../swarm.ts';
import { consuming, consumingInstead } from './consumables.ts';
import { commandOf, container } from './definitions.ts';

/* Multi-node jobs: what a client says of their nodes. */

/** `nodeProperties` of a few nodes, which rather fit together. */
export const nodeProperties = (r: Random, ledger: Ledger, swarm: Swarm, id: number) => {
  const numNodes = r.pick([1, 2, 2, 3, 5]);
  const last = numNodes - 1;
  if (r.chance(0.3)) return triedAgain(r, numNodes, id);
  if (r.chance(0.6)) return overAtOnce(r, numNodes, id);
  const split = r.int(0, last);
  const ranges = r.pick([
    ['0:'],
    [`:${last}`],
    [`0:${last}`],
    ['0:', `${split}`],
    [`:${split}`, `${split}:`],
    [`0:${split}`, `${split}:${last}`],
  ]);
  return {
    numNodes,
    mainNode: r.int(0, last),
    nodeRangeProperties: ranges.map((targetNodes, at) => ({
      targetNodes,
      container: r.chance(0.7) ? small(r, ofRange(id, at)) : container(r, swarm, ofRange(id, at)),
      ...(r.chance(0.1) && { instanceTypes: ['c5.large'] }),
      ...consuming(r, ledger, swarm),
    })),
  };
};

/** A number of its own for each range of a request. */
const ofRange = (id: number, at: number): number => id * 10 + at;

/** The main node fails late, when others have ended. */
const triedAgain = (r: Random, numNodes: number, id: number) => {
  const mainNode = r.int(0, numNodes - 1);
  return {
    numNodes,
    mainNode,
    nodeRangeProperties: [
      { targetNodes: '0:', container: { ...small(r, ofRange(id, 0)), command: [r.pick(['work', 'fail'])] } },
      { targetNodes: `${mainNode}`, container: { ...small(r, ofRange(id, 1)), command: ['fail-late'] } },
    ],
  };
};

/** The main node ends with its begin, so that both may be heard of together, and before others begin. */
const overAtOnce = (r: Random, numNodes: number, id: number) => {
  const mainNode = r.int(0, numNodes - 1);
  return {
    numNodes,
    mainNode,
    nodeRangeProperties: [
      { targetNodes: '0:', container: small(r, ofRange(id, 0)) },
      {
        targetNodes: `${mainNode}`,
        container: { ...small(r, ofRange(id, 1)), command: [r.pick(['soon', 'soon', 'soon', 'fail-soon'])] },
      },
    ],
  };
};

const small = (r: Random, id: number) => ({
  image: `image-${id}`,
  command: commandOf(r, id),
  memory: r.pick([4, 64]),
  ...(r.chance(0.5) ? { vcpus: 1 } : { resourceRequirements: [{ type: 'VCPU', value: '0.25' }] }),
});

/** The definition that a submission names, as it was sent; undefined for none. */
export const sentIn = (ledger: Ledger, given: string): Wire => {
  const { name, revision } = definitionIn(given);
  const known = ledger.definitions.get(name) ?? [];
  const chosen = revision === undefined ? known.findLast((one) => one.active) : known[revision - 1];
  return chosen?.sent;
};

/** Mostly of ranges that the definition has. */
export const nodeOverrides = (r: Random, ledger: Ledger, swarm: Swarm, nodes: Wire, id: number) => {
  const targets: string[] = nodes.nodeRangeProperties.map((range: Wire) => range.targetNodes);
  const open = targets.some((target) => target.endsWith(':'));
  return {
    ...(r.chance(open ? 0.4 : 0.05) && { numNodes: r.int(open ? 1 : 0, 6) }),
    ...(r.chance(0.6) && {
      nodePropertyOverrides: [
        {
          targetNodes: r.chance(0.95) ? r.pick(targets) : '7:',
          ...consumingInstead(r, ledger, swarm),
          ...(r.chance(0.8) && {
            containerOverrides: {
              ...(r.chance(0.6) && { command: commandOf(r, id) }),
              ...(r.chance(0.3) && { memory: r.pick([4, 64]) }),
              ...(r.chance(0.3) && { resourceRequirements: [{ type: 'VCPU', value: '1' }] }),
              ...(r.chance(0.3) && { environment: [{ name: 'N', value: `n${id}` }] }),
            },
          }),
        },
      ],
    }),
  };
};
