import { type EksConfiguration, eksOf } from '../domain/pods/eks-environment.ts';
import { CommittedCache } from '../store/committed-cache.ts';
import { shareBySeq } from '../store/share-rows.ts';
import type { Tx } from '../store/store.ts';

const LIMIT = 10_000;

/** Names of queues, shares and environments, and what else of them never changes, by their seq: each is read once. */
export class Names {
  private readonly queues = new CommittedCache<number, string>(LIMIT);
  private readonly shares = new CommittedCache<number, ShareNames>(LIMIT);
  private readonly environments = new CommittedCache<number, EnvironmentNames>(LIMIT);

  async queueName(tx: Tx, seq: number): Promise<string> {
    const known = this.queues.get(tx, seq);
    if (known !== undefined) return known;
    const row = await tx.db
      .selectFrom('queues')
      .select('name')
      .where('seq', '=', seq)
      .executeTakeFirstOrThrow();
    this.queues.set(tx, seq, row.name);
    return row.name;
  }

  /** A share and its queue; undefined where a queue's order has other groups than shares. */
  async share(tx: Tx, seq: number): Promise<ShareNames | undefined> {
    const known = this.shares.get(tx, seq);
    if (known !== undefined || seq === 0) return known;
    const row = await shareBySeq(tx, seq);
    if (row) this.shares.set(tx, seq, row);
    return row;
  }

  async shareName(tx: Tx, seq: number): Promise<string | undefined> {
    return (await this.share(tx, seq))?.name;
  }

  async environment(tx: Tx, seq: number): Promise<EnvironmentNames> {
    const known = this.environments.get(tx, seq);
    if (known) return known;
    const row = await tx.db
      .selectFrom('environments')
      .select(['name', 'cluster', 'uuid', 'extra'])
      .where('seq', '=', seq)
      .executeTakeFirstOrThrow();
    const { name, cluster, uuid, extra } = row;
    const read = { name, cluster, uuid, eks: eksOf(extra) };
    this.environments.set(tx, seq, read);
    return read;
  }
}

export interface EnvironmentNames {
  readonly name: string;
  readonly cluster: string;
  readonly uuid: string;
  readonly eks: EksConfiguration | undefined;
}

export interface ShareNames {
  readonly name: string;
  /** Its queue's seq. */
  readonly queue: number;
}
