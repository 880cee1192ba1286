import type { SharesView } from '../domain/fair-share/choice.ts';
import type { GroupHead } from '../domain/group-choice.ts';
import type { Tx } from '../store/store.ts';

/** Of so many queues their lines are kept: some megabytes. */
const MOST_QUEUES = 32;

/** The first waiting jobs of a queue, in the order in which they would start. */
export interface Line {
  readonly heads: readonly GroupHead[];
  /** How many stand before each, by its seq. */
  readonly places: ReadonlyMap<number, number>;
  /** The rank of each group's last: whoever comes after it is behind all. */
  readonly lastRanks: ReadonlyMap<number, number>;
}

/** What the line was read from: nothing has been written since, and its shares stand as they stood. */
interface ReadFrom {
  readonly changes: number;
  readonly shares: SharesView | undefined;
}

/**
 * Lines of queues as somebody read them last, good until anything is written. Only for transactions that only read: what
 * they see is durable.
 */
export class Lines {
  private readonly known = new Map<number, ReadFrom & { readonly line: Line }>();

  get(queue: number, { changes, shares }: ReadFrom): Line | undefined {
    const known = this.known.get(queue);
    return known?.changes === changes && known.shares === shares ? known.line : undefined;
  }

  keep(queue: number, from: ReadFrom, line: Line): void {
    if (this.known.size >= MOST_QUEUES) this.known.clear();
    this.known.set(queue, { ...from, line });
  }
}

export const lineOf = (heads: readonly GroupHead[]): Line => ({
  heads,
  places: new Map(heads.map(({ seq }, at) => [seq, at])),
  lastRanks: new Map(heads.map(({ group, rank }) => [group, rank])),
});

/** How many rows the store's connection has ever changed. */
export const changesSoFar = async (tx: Tx): Promise<number> =>
  (await tx.all<{ n: number }>('SELECT total_changes() AS n'))[0]!.n;
