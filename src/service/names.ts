import type { Tx } from '../store/store.ts';

/** Names of queues and environments by their seq: they never change, so each is read once. */
export class Names {
  private readonly queues = new Map<number, string>();
  private readonly environments = new Map<number, EnvironmentNames>();

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

  async environment(tx: Tx, seq: number): Promise<EnvironmentNames> {
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

export interface EnvironmentNames {
  readonly name: string;
  readonly cluster: string;
}
