import type { WaitReason } from '../scheduler/snapshot.ts';
import { neverRuns, serviceReason } from './decision.ts';
import type { OpenDependency, WaitFacts, WaitingJob } from './facts.ts';
import type { Finding } from './last-plan.ts';
import { reasonText } from './plan-words.ts';
import { keptText, shareText } from './share-facts.ts';
import { type Shortage, shortageText } from './shortage.ts';

/** The text of `statusReason` while a job waits (rules E-171 to E-176): what a person can act on, with numbers. */
export const waitText = (facts: WaitFacts): string => {
  switch (facts.kind) {
    case 'array': {
      const failed = facts.failed > 0 ? `, ${facts.failed} of them FAILED` : '';
      return `${facts.ended} of ${facts.size} children have ended${failed}${alsoText(facts.child)}`;
    }
    case 'dependencies': {
      const count = `waits for ${facts.jobs} job${facts.jobs === 1 ? '' : 's'} to succeed`;
      return facts.first ? `${count}: ${dependencyText(facts.first)}` : count;
    }
    case 'node':
      return 'starts with its job, the main node first';
    case 'queue':
      return queueText(facts.found, placeText(facts), facts.shortages);
    case 'engine':
      return facts.reason;
    case 'line':
      return `starts in the room of ${facts.behind} when that has ended`;
  }
};

/** "ID is RUNNABLE: 2nd in queue q; needs …". */
const jobText = ({ id, state, why }: WaitingJob): string =>
  `${id} is ${state}${why === undefined ? '' : `: ${waitText(why)}`}`;

const alsoText = (child: WaitingJob | undefined): string => (child ? `; ${jobText(child)}` : '');

const dependencyText = (first: OpenDependency): string =>
  first.kind === 'job' ? jobText(first.job) : `${first.id} comes first${alsoText(first.child)}`;

/** Where it stands in its queue, and how its share stands. */
const placeText = ({ ahead, queue, share }: Extract<WaitFacts, { kind: 'queue' }>): string =>
  [positionText(ahead, queue), ...(share ? [shareText(share)] : [])].join('; ');

/** The service's own reason first, then what can never be, or the position; then the numbers. */
const queueText = (
  { reason, shapesInAll: shapes }: Finding,
  position: string,
  shortages: readonly Shortage[] | undefined,
): string => {
  if (reason && neverRuns(reason)) return `${codeText(reason)}${reasonText(reason)}`;
  const rotating = shapes === undefined ? [] : [othersRotate(shapes)];
  if (!reason) return [position, ...rotating].join('; ');
  if (shortages) return [position, ...shortages.map(shortageText), ...rotating].join('; ');
  if (reason.kept) return [position, `waits: ${keptText(reason.kept)}`, ...rotating].join('; ');
  return `${codeText(reason)}${[position, reasonText(reason), ...rotating].join('; ')}`;
};

const codeText = (reason: WaitReason): string => {
  const service = serviceReason(reason);
  return service ? `${service.code} - ${service.sentence} ` : '';
};

/** Said of a shape that the last plan did not know of. */
const othersRotate = (shapes: number): string =>
  `jobs of ${shapes} shapes wait in its queue: the older ones are looked at each time, the others in turn`;

/** "2nd in queue q"; beyond a thousand nobody counts. */
export const positionText = (ahead: number, queue: string): string =>
  ahead > 1000 ? `more than 1,000 ahead in queue ${queue}` : `${ordinal(ahead + 1)} in queue ${queue}`;

const ordinal = (n: number): string => {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  const suffix = teen ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${suffix}`;
};
