import type { Tx } from '../store/store.ts';

/** Names of queues and environments by their seq: they never change, so each is read once. */
export class Places {
  private readonly queues = new Map<number, string>();
  private readonly environments = new Map<number, Place>();

  async queueName(tx: Tx, seq: number): Promise<string> {
    const known = this.queues.get(seq);
    if (known !== undefined) return known;
    const row = await tx.db
      .selectFrom('queues')
      .select('name')
      .where('seq', '=', seq)
      .executeTakeFirstOrThrow();
    this.queues.set(seq, row.name);
    return row.name;
  }

  async environment(tx: Tx, seq: number): Promise<Place> {
    const known = this.environments.get(seq);
    if (known) return known;
    const row = await tx.db
      .selectFrom('environments')
      .select(['name', 'cluster'])
      .where('seq', '=', seq)
      .executeTakeFirstOrThrow();
    this.environments.set(seq, row);
    return row;
  }
}

export interface Place {
  readonly name: string;
  readonly cluster: string;
}
