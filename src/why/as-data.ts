import type { TaskGroup, WaitReason } from '../scheduler/snapshot.ts';
import { neverRuns, serviceReason } from './decision.ts';
import type { WaitFacts, WaitingJob } from './facts.ts';
import { verdictText } from './plan-words.ts';
import type { ShareFacts } from './share-facts.ts';
import { type Shortage, shortageText } from './shortage.ts';
import { waitText } from './words.ts';

/** Why a job waits, for programs and for people: what does not apply is absent. */
export interface WaitData {
  /** The service's own reason code, where one fits. */
  readonly code?: string;
  /** It can never run as things are. */
  readonly never: boolean;
  readonly sentence: string;
  readonly asks?: readonly TaskGroup[];
  /** From 1; exact to 1,000. */
  readonly position?: number;
  /** How its share stands, in a queue with a policy. */
  readonly share?: ShareFacts;
  /** Of which consumable resources it is short: then environments are not asked. */
  readonly shortages?: readonly (Shortage & { readonly sentence: string })[];
  /** What each environment of its queue says, in the order they are tried, with the numbers that there are. */
  readonly environments?: readonly (Readonly<Record<string, unknown>> & { readonly sentence: string })[];
  /** The jobs that it waits for, one behind the other. */
  readonly waitsFor?: readonly {
    readonly jobId: string;
    readonly status: string;
    readonly sentence: string;
  }[];
}

export const waitData = (why: WaitFacts): WaitData => {
  const sentence = waitText(why);
  const waitsFor = chainOf(why);
  if (why.kind !== 'queue') return { never: false, sentence, ...(waitsFor.length > 0 && { waitsFor }) };
  const { reason } = why.found;
  const position = why.ahead + 1;
  const share = why.share && { share: why.share };
  const short = why.shortages && {
    shortages: why.shortages.map((one) => ({ ...one, sentence: shortageText(one) })),
  };
  return reason === undefined
    ? { never: false, sentence, position, ...share }
    : { ...ofReason(reason), sentence, ...(!neverRuns(reason) && { position }), ...share, ...short };
};

const ofReason = (reason: WaitReason) => {
  const code = serviceReason(reason)?.code;
  return {
    ...(code !== undefined && { code }),
    never: neverRuns(reason),
    asks: reason.groups,
    environments: reason.verdicts.map((verdict) => ({
      ...verdict,
      sentence: verdictText(verdict, reason.groups),
    })),
  };
};

const chainOf = (why: WaitFacts): { jobId: string; status: string; sentence: string }[] => {
  const next = nextWaitedFor(why);
  if (!next) return [];
  const sentence = next.why ? waitText(next.why) : '';
  return [{ jobId: next.id, status: next.state, sentence }, ...(next.why ? chainOf(next.why) : [])];
};

const nextWaitedFor = (why: WaitFacts): WaitingJob | undefined => {
  switch (why.kind) {
    case 'array':
      return why.child;
    case 'dependencies':
      return why.first?.kind === 'job' ? why.first.job : why.first?.child;
    case 'node':
    case 'queue':
    case 'engine':
    case 'line':
      return undefined;
  }
};
