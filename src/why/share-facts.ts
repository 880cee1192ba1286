import type { SharesView } from '../domain/fair-share/choice.ts';
import { vcpus } from '../domain/resource-text.ts';

/** How a job's share stands against the others of its queue that have jobs. */
export interface ShareFacts {
  readonly identifier: string;
  /** Of what all of them have used, as it counts now: percent. */
  readonly used: number;
  /** What its weight gives it of what they use: percent. */
  readonly part: number;
  /** Whose job is the first of the queue; undefined when it is its own. */
  readonly before: string | undefined;
}

/** `first`: the group of the queue's first job. Undefined where the last plan knew nothing of the share. */
export const shareFacts = (
  view: SharesView | undefined,
  group: number,
  first: number | undefined,
): ShareFacts | undefined => {
  const share = view?.shares.get(group);
  if (!view || !share) return undefined;
  const all = Array.from(view.shares.keys(), (one) => view.shares.get(one)!);
  const used = sumOf(all.map((one) => one.used + one.expected));
  return {
    identifier: share.identifier,
    used: used === 0 ? 0 : percent((share.used + share.expected) / used),
    part: percent(1 / share.weight / sumOf(all.map(({ weight }) => 1 / weight))),
    before: first === undefined || first === group ? undefined : view.shares.get(first)?.identifier,
  };
};

const sumOf = (some: readonly number[]): number => some.reduce((sum, one) => sum + one, 0);

const percent = (part: number): number => Math.round(part * 100);

/** "share a has 60% of what was used of late, its part is 33%; share b comes first". */
export const shareText = ({ identifier, used, part, before }: ShareFacts): string => {
  const stands = `share ${identifier} has ${used}% of what was used of late, its part is ${part}%`;
  return before === undefined ? stands : `${stands}; share ${before} comes first`;
};

/** Rule T-135. */
export const keptText = ({
  keptMilliVcpus,
  maxMilliVcpus,
}: {
  readonly keptMilliVcpus: number;
  readonly maxMilliVcpus: number;
}): string =>
  `computeReservation keeps ${round(keptMilliVcpus)} of ${vcpus(maxMilliVcpus)} free for new share identifiers`;

const round = (milliVcpus: number): number => Math.round(milliVcpus / 10) / 100;
