/** Why the scheduler has no place for a pod that is pinned to one node. */
export type NoPlace =
  /** The node's own doing: it is full, closed or gone. */
  | 'node'
  /** It lacks a label that the pod asks for. */
  | 'label'
  /** What the pod names is not there at all. */
  | 'missing'
  /** All else: volumes in use, limits of volumes, what later versions say. */
  | 'other';

/** Read from the scheduler's message. What is said of nodes that the pin leaves out counts for nothing. */
export const noPlaceIn = (message: string): NoPlace => {
  const said = message.split('preemption: ')[0]!;
  if (OWN.test(said)) return 'node';
  if (said.includes(NO_LABEL)) return 'label';
  if (MISSING.test(said)) return 'missing';
  return isGone(said) ? 'node' : 'other';
};

const OWN = /\bInsufficient |\bToo many pods\b|\bwere unschedulable\b|\b(untolerated|had) taint/;

/** Earlier versions say it of the nodes that the pin leaves out, too. */
const NO_LABEL = "didn't match Pod's node affinity/selector";

const MISSING = /"[^"]*" not found/;

/** All nodes are left out by the pin. */
const isGone = (said: string): boolean => {
  const [, all, out] =
    /^0\/(\d+) nodes are available: (\d+) node\(s\) didn't satisfy plugin/.exec(said) ?? [];
  return all !== undefined && all === out;
};
