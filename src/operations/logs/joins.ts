import { beginsEvent } from '../../domain/log-events.ts';
import { nodeContainer } from '../../domain/node-groups.ts';
import { isNode } from '../../domain/node-roles.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Service } from '../../service/service.ts';
import { jobBySeq } from '../../store/job-rows.ts';
import type { TaskRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';

/** Whether a line begins an event; undefined where each does. */
export type Begins = ReturnType<typeof beginsEvent>;

/** So long a call may hold lines against patterns: one can be made that takes minutes for a page. Usual ones take milliseconds. */
const MOST_MATCHING_MILLISECONDS = 1000;

/** Counts how long a call matches lines. When its time is up each line is an event, so that no pattern keeps the server busy. */
export class Matching {
  private readonly clock: Clock;
  private spent = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Whether a call that may go on later should. */
  get isLong(): boolean {
    return this.spent > MOST_MATCHING_MILLISECONDS / 2;
  }

  counted(begins: Begins): Begins {
    return begins && ((line) => this.spent > MOST_MATCHING_MILLISECONDS || this.timed(begins, line));
  }

  private timed(begins: NonNullable<Begins>, line: string): boolean {
    const from = this.clock.steady();
    const is = begins(line);
    this.spent += this.clock.steady() - from;
    return is;
  }
}

/** How the lines that a task printed become events, as its job's log options say (J-039). */
export const beginsOf = async (service: Service, tx: Tx, task: TaskRow): Promise<Begins> => {
  const job = await jobBySeq(tx, task.job);
  if (!job) return undefined;
  const spec = await service.specs.of(tx, job.spec);
  const { logConfiguration } =
    spec.nodes && isNode(job) ? nodeContainer(spec.nodes, job.idx) : spec.container;
  return beginsEvent(logConfiguration);
};
