import { OPERATIONS } from './books/books.ts';
import { PARENT_PATHS, PATHS } from './books/jobs.ts';
import { STATES } from './books/model.ts';
import { NODE_PATHS } from './books/nodes.ts';
import { REFUSALS } from './books/refusals.ts';
import { CLUSTER_FAULTS } from './cluster/fault-names.ts';
import { VICES } from './cluster/vices.ts';
import { FAULTS, NOT_OF_CLUSTERS } from './swarm.ts';
import type { Tally } from './trace.ts';

const transitions = (of: string, paths: ReadonlySet<string>): string[] =>
  [...paths].map((path) => {
    const [from, to] = path.split('>');
    return `transition: ${of}${STATES[Number(from)]} > ${STATES[Number(to)]}`;
  });

const faults = (names: readonly string[]): string[] => names.map((name) => `fault: ${name}`);

/** What can be in a world of a cluster alone, as `Tally` names it. */
const OF_CLUSTERS = faults([...CLUSTER_FAULTS, ...VICES.map((vice) => `api ${vice}`)]);

/** And in a world of the machine alone. */
const OF_MACHINES = faults([
  ...NOT_OF_CLUSTERS,
  ...['failed start', 'lost task', 'turned away'],
  ...['lost', 'doubled', 'late', 'reordered'].map((fate) => `report ${fate}`),
]);

/** In both. */
const OF_ALL: readonly string[] = [
  ...transitions('', PATHS),
  ...transitions('parent ', PARENT_PATHS),
  ...transitions('multi-node ', PATHS),
  ...transitions('node ', NODE_PATHS),
  ...['-1 > 0', '0 > 1', '0 > 2', '1 > 2'].map((change) => `transition: instance ${change}`),
  'transition: task recalled',
  ...faults(FAULTS.filter((fault) => !OF_MACHINES.includes(`fault: ${fault}`))),
  ...faults(['commit', 'group', 'placed', 'statement'].map((kind) => `disk: ${kind} failed`)),
  ...['running', 'exited', 'failed', 'lost', 'unstarted'].map((kind) => `report: ${kind}`),
  ...OPERATIONS.map((operation) => `request: ${operation}`),
  ...new Set(REFUSALS.map(([name]) => `refusal: ${name}`)),
];

/** Of each kind so many in a million steps. */
const OFTEN = 100 / 1_000_000;

/** Steps that were lived. */
export interface Lived {
  readonly all: number;
  /** Of them, in worlds of a cluster. */
  readonly inClusters: number;
}

/** Everything that is counted and must happen often: a line for each kind that came too seldom where it can be. */
export const seldom = (tally: Tally, { all, inClusters }: Lived): string[] => [
  ...fewOf(OF_ALL, tally, all),
  ...fewOf(OF_CLUSTERS, tally, inClusters),
  ...fewOf(OF_MACHINES, tally, all - inClusters),
];

const fewOf = (kinds: readonly string[], { counts }: Tally, steps: number): string[] =>
  kinds
    .filter((kind) => (counts.get(kind) ?? 0) < OFTEN * steps)
    .map((kind) => `${String(counts.get(kind) ?? 0).padStart(9)}  ${kind}`);
