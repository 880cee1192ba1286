import { environmentPlace } from '../domain/instance.ts';
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
      .select(['name', 'cluster', 'uuid'])
      .where('seq', '=', seq)
      .executeTakeFirstOrThrow();
    const place = { name: row.name, cluster: row.cluster, ...environmentPlace(row.uuid) };
    this.environments.set(seq, place);
    return place;
  }
}

export interface Place {
  readonly name: string;
  readonly cluster: string;
  /** The container instance's id: 32 hex digits. */
  readonly instance: string;
  /** The EC2 instance's id: `i-` and 17 hex digits. */
  readonly ec2: string;
}
