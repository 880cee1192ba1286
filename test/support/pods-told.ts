import type { Pod } from '../../src/engines/kubernetes/objects.ts';
import type { Facts, Standing } from '../../src/engines/kubernetes/status/facts.ts';
import { standingOf } from '../../src/engines/kubernetes/status/standing.ts';
import { secondAt } from './pods.ts';

/* What pods say, for tests. */

const WALL = secondAt(1000);

const facts = (more: Partial<Facts> = {}): Facts => ({
  taskId: 't',
  now: 0,
  wall: WALL,
  since: {},
  nodeIsSilent: false,
  isMetElsewhere: false,
  stop: undefined,
  trouble: undefined,
  ...more,
});
export const told = (pod: Pod, more: Partial<Facts> = {}): Standing => standingOf(pod, facts(more));

/** The kind of what is told, or of its report, and what else matters of it. */
export const summary = (standing: Standing): string => {
  if (standing.kind !== 'over' && standing.kind !== 'doomed') return standing.kind;
  const { report } = standing;
  const exitCode = 'exitCode' in report ? ` ${report.exitCode}` : '';
  const reason = 'reason' in report && report.reason ? `: ${report.reason}` : '';
  return `${standing.kind === 'doomed' ? 'doomed, ' : ''}${report.kind}${exitCode}${reason}`;
};
