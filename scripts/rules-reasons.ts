/** Why a numbered rule has no test of its own: `rules` are numbers with blanks between them. */
export interface Untested {
  readonly rules: string;
  readonly why: string;
}

export const UNTESTED: readonly Untested[] = [
  { rules: 'J-090 J-091 J-114 J-332', why: 'fair-share scheduling is refused by name: it is not here yet' },
  { rules: 'J-094', why: 'a local server throttles nobody' },
  { rules: 'J-127 J-304', why: 'jobs on Kubernetes are refused by name: they are not here yet' },
  {
    rules: 'J-128',
    why: 'it says what need not be; AWS_EXECUTION_ENV is set all the same, for Metaflow asks for it',
  },
  { rules: 'J-169', why: 'instances here end or are taken back; none is stopped and kept' },
  { rules: 'J-170 J-179', why: 'there is no Fargate behind the name: its jobs run on the host' },
  { rules: 'J-177', why: 'a queue’s time limit actions do not act yet' },
  { rules: 'J-178', why: 'no role is assumed, so none can be refused' },
  { rules: 'J-181 J-305 J-308 J-312 J-313', why: 'it needs an engine of images, which is not here yet' },
  { rules: 'J-184', why: 'it yields on purpose: a waiting job always says why it waits' },
  {
    rules: 'J-301 J-302 J-303',
    why: 'jobs of several containers are refused by name: they are not here yet',
  },
  { rules: 'J-314', why: 'members of Fargate are kept and echoed; nothing follows from them on a host' },
  { rules: 'J-329', why: 'events are not here yet' },
  { rules: 'J-331', why: 'a million waiting jobs are measured, not tested: docs/performance.md' },
];

/** The reason of each number. */
export const reasonsByRule = (): ReadonlyMap<string, string> =>
  new Map(UNTESTED.flatMap(({ rules, why }) => rules.split(' ').map((rule) => [rule, why] as const)));
