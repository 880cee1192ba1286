import type { StartOrder } from '../../../src/engines/engine.ts';
import { TOLD } from '../host.ts';
import { Random } from '../random.ts';
import type { Swarm } from '../swarm.ts';

/** How one pod goes, unless somebody interferes. Milliseconds. */
export interface Story {
  readonly bindsAfter: number;
  readonly startsAfter: number;
  /** Undefined: until it is stopped. */
  readonly runsFor: number | undefined;
  readonly exitCode: number;
  readonly isOutOfMemory: boolean;
  readonly ignoresTerm: boolean;
  /** What its handler of TERM makes of it. */
  readonly termCode: number;
  /** Its kubelet turns it away. */
  readonly refusal: { readonly reason: string; readonly message: string } | undefined;
  /** Its image does not come for so long, or never. */
  readonly pull: { readonly message: string; readonly lasts: number } | undefined;
  /** The pull says nothing for so long. */
  readonly hangs: number;
  /** Its container is not made for so long. */
  readonly blocked: { readonly message: string; readonly lasts: number } | undefined;
  readonly startError: string | undefined;
  /** Its kubelet starts it though it was deleted meanwhile, and ends it. */
  readonly startsDeleted: boolean;
}

const REFUSALS = [
  { reason: 'OutOfcpu', message: "Pod was rejected: Node didn't have enough resource: cpu" },
  { reason: 'UnexpectedAdmissionError', message: 'Pod was rejected: Allocate failed due to no device' },
];
const NEVER = Number.POSITIVE_INFINITY;
const PULLS = [
  { message: 'failed to pull and unpack image: not found', lasts: NEVER },
  { message: '429 Too Many Requests', lasts: NEVER },
  { message: 'dial tcp 10.0.0.1:443: connect: connection refused', lasts: 40_000 },
];
const BLOCKS = [
  { message: 'secret "absent" not found', lasts: NEVER },
  { message: 'secret "late" not found', lasts: 20_000 },
];
const START_ERRORS = [
  'runc create failed: unable to start container process: exec: "/no/such": stat /no/such: no such file or directory',
  'runc create failed: unable to start container process: exec: "/etc": permission denied',
];

const WELL = {
  refusal: undefined,
  pull: undefined,
  hangs: 0,
  blocked: undefined,
  startError: undefined,
  startsDeleted: false,
};

export const storyOf = (seed: number, { task }: Swarm, order: StartOrder, misbehaves: boolean): Story => {
  const r = new Random(seed, 'pod', order.taskId);
  const [command = ''] = order.container.command;
  const told = TOLD[command];
  const usual = r.chance(task.long) ? r.int(1000, 90_000) : r.skewed(1, 3000);
  const fails = told?.fails ?? r.chance(task.fails);
  const exitCode = fails ? r.pick([1, 2, 3, 42, 137]) : 0;
  const isForever = command === 'wait' && misbehaves;
  return {
    bindsAfter: r.chance(task.slowStart) ? r.int(100, 4000) : r.int(0, 50),
    startsAfter: r.chance(task.slowStart) ? r.int(100, 4000) : r.int(0, 50),
    runsFor: isForever ? undefined : (told?.runs(r) ?? usual),
    exitCode,
    isOutOfMemory: exitCode === 137,
    ignoresTerm: r.chance(task.ignoresTerm),
    termCode: r.pick([143, 143, 143, 0, 5]),
    ...WELL,
    ...(misbehaves && troublesOf(r, task)),
  };
};

const troublesOf = (r: Random, task: Swarm['task']): Partial<Story> => {
  const fails = r.chance(task.failsToStart) ? r.int(0, 3) : -1;
  return {
    ...(r.chance(task.isTurnedAway) && { refusal: r.pick(REFUSALS) }),
    ...(fails === 0 && { pull: r.pick(PULLS) }),
    ...(fails === 1 && { blocked: r.pick(BLOCKS) }),
    ...(fails === 2 && { startError: r.pick(START_ERRORS) }),
    ...(fails === 3 && { hangs: r.int(1000, 150_000) }),
    startsDeleted: r.chance(0.2),
  };
};
