import { OPERATIONS } from './books/books.ts';
import { PARENT_PATHS, PATHS } from './books/jobs.ts';
import { STATES } from './books/model.ts';
import { NODE_PATHS } from './books/nodes.ts';
import { REFUSALS } from './books/refusals.ts';
import { CLUSTER_FAULTS } from './cluster/fault-names.ts';
import { VICES } from './cluster/vices.ts';
import { FAULTS } from './swarm.ts';
import type { Tally } from './trace.ts';

const transitions = (of: string, paths: ReadonlySet<string>): string[] =>
  [...paths].map((path) => {
    const [from, to] = path.split('>');
    return `transition: ${of}${STATES[Number(from)]} > ${STATES[Number(to)]}`;
  });

/** Everything that is counted and must happen often, as `Tally` names it. */
const KINDS: readonly string[] = [
  ...transitions('', PATHS),
  ...transitions('parent ', PARENT_PATHS),
  ...transitions('multi-node ', PATHS),
  ...transitions('node ', NODE_PATHS),
  ...['-1 > 0', '0 > 1', '0 > 2', '1 > 2'].map((change) => `transition: instance ${change}`),
  'transition: task recalled',
  ...FAULTS.map((fault) => `fault: ${fault}`),
  ...CLUSTER_FAULTS.map((fault) => `fault: ${fault}`),
  ...VICES.map((vice) => `fault: api ${vice}`),
  ...['failed start', 'lost task', 'turned away'].map((fault) => `fault: ${fault}`),
  ...['lost', 'doubled', 'late', 'reordered'].map((fate) => `fault: report ${fate}`),
  ...['commit', 'group', 'placed', 'statement'].map((kind) => `fault: disk: ${kind} failed`),
  ...['running', 'exited', 'failed', 'lost', 'unstarted'].map((kind) => `report: ${kind}`),
  ...OPERATIONS.map((operation) => `request: ${operation}`),
  ...new Set(REFUSALS.map(([name]) => `refusal: ${name}`)),
];

/** Of each kind so many in a million steps. */
const OFTEN = 100 / 1_000_000;

/** A line for each kind that came too seldom in so many steps. */
export const seldom = (tally: Tally, steps: number): string[] =>
  KINDS.filter((kind) => (tally.counts.get(kind) ?? 0) < OFTEN * steps).map(
    (kind) => `${String(tally.counts.get(kind) ?? 0).padStart(9)}  ${kind}`,
  );
