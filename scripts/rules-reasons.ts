/** Why a numbered rule has no test of its own: `rules` are numbers, or runs of them (`A-001..009`), with blanks between. */
export interface Untested {
  readonly rules: string;
  readonly why: string;
}

export const UNTESTED: readonly Untested[] = [
  { rules: 'J-056', why: 'it yields: of a list, status and name leave what has them, as neither forbids it' },
  { rules: 'J-088 J-089', why: 'they yield to what the service was seen to answer since: T-407, T-408' },
  { rules: 'J-094', why: 'its open rule is taken on by A-222 to A-225: users have a rate, root has none' },
  {
    rules: 'J-128',
    why: 'it says what need not be; AWS_EXECUTION_ENV is set all the same, for Metaflow asks for it',
  },
  { rules: 'J-169', why: 'instances here end or are taken back; none is stopped and kept' },
  { rules: 'J-179', why: 'there is no Fargate behind the name: its jobs run on the host' },
  { rules: 'J-178', why: 'no role is assumed for a job, so none can be refused' },
  { rules: 'J-313', why: 'a network file system is refused by both engines' },
  { rules: 'J-184', why: 'it yields on purpose: a waiting job always says why it waits' },
  {
    rules: 'J-301 J-302 J-303',
    why: 'jobs of several containers are refused by name: they are not here yet',
  },
  { rules: 'J-314', why: 'members of Fargate are kept and echoed; nothing follows from them on a host' },
  { rules: 'J-329', why: 'events are not here yet' },
  { rules: 'J-331', why: 'a million waiting jobs are measured, not tested: docs/performance.md' },
  {
    rules: 'E-117 E-178 E-201 E-202',
    why: 'service environments and quota shares are not here yet',
  },
  { rules: 'T-139', why: 'quota shares are not here yet' },
  { rules: 'E-185', why: 'events are not here yet' },
  { rules: 'W-003', why: 'a local server has no such host name' },
  { rules: 'W-001 T-001 T-016', why: 'the other operations are not here yet' },
  {
    rules: 'W-040 W-041 W-078 W-079 W-080 W-081 W-082',
    why: 'tests name the rules of access that sharpen them: A-148 to A-183',
  },
  { rules: 'W-092', why: 'tokens do not expire: an older one still leads to its place' },
  { rules: 'W-101 W-102', why: 'logs are written by jobs only' },
  { rules: 'A-147', why: 'what an evaluation costs is measured, not tested: docs/performance.md' },
  { rules: 'A-193..212', why: 'jobs are given no credentials yet: `jobRoleArn` is kept and shown' },
  { rules: 'A-213..221', why: 'there is no TLS yet: a proxy has it' },
  { rules: 'K-071', why: 'it is said in docs/kubernetes.md' },
  { rules: 'K-082', why: 'versions are handed back to the API as they came, and compared with nothing' },
  {
    rules: 'K-142',
    why: 'nodes are hosts: the tests of hosts show it (src/scheduler/hosts.test.ts, src/loops/several-hosts.test.ts)',
  },
  {
    rules: 'K-151 K-152',
    why: 'what a plan costs is measured, not tested: docs/performance.md; turns have no pace of their own',
  },
  { rules: 'K-156 K-158', why: 'rates are measured, not tested: docs/performance.md' },
];

/** `A-001..003` is. */
const numbersOf = (rules: string): string[] =>
  rules.split(' ').flatMap((run) => {
    const [series, first, last = first] = run.split(/-|\.\./);
    const count = Number(last) - Number(first) + 1;
    return Array.from({ length: count }, (_, n) => `${series}-${String(Number(first) + n).padStart(3, '0')}`);
  });

/** The reason of each number. */
export const reasonsByRule = (): ReadonlyMap<string, string> =>
  new Map(UNTESTED.flatMap(({ rules, why }) => numbersOf(rules).map((rule) => [rule, why] as const)));
