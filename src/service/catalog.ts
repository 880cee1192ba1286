import type { ComputeResources } from '../domain/environment-rules.ts';
import { BoundedCache } from '../lib/bounded-cache.ts';
import { type DefinitionRow, isSet } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';

/** A queue as submitters and the scheduler need it. */
export interface CatalogQueue {
  readonly seq: number;
  readonly name: string;
  readonly state: string;
  readonly status: string;
  readonly priority: number;
  /** Environments' seqs, in ascending order value. */
  readonly environments: readonly number[];
  readonly timeLimits: readonly TimeLimit[];
}

/** An entry of `jobStateTimeLimitActions`: jobs that wait so long for this reason are cancelled. */
export interface TimeLimit {
  readonly reason: string;
  readonly maxTimeSeconds: number;
}

/** An environment as the scheduler needs it. */
export interface CatalogEnvironment {
  readonly seq: number;
  readonly name: string;
  readonly state: string;
  readonly status: string;
  readonly type: string;
  readonly minVcpus: number | null;
  /** Null where there is no limit (UNMANAGED). */
  readonly maxVcpus: number | null;
  /** `isOver`: it has had what there is, and is shown on. */
  readonly wish: { readonly vcpus: number; readonly isOver: boolean } | undefined;
  /** `computeResources` as it was sent, null for UNMANAGED. */
  readonly resources: ComputeResources | null;
}

export interface CatalogDefinition {
  readonly seq: number;
  readonly name: string;
  readonly revision: number;
  readonly status: string;
  /** The parsed document of `definitions.doc`. */
  readonly doc: Readonly<Record<string, unknown>>;
}

/** What a submission was resolved to, as it is stored. */
export interface MadeSpec {
  readonly spec: number;
  readonly shape: number;
  /** Its scheduling priority; 0 without one. */
  readonly priority: number;
  /** Of a multi-node job. */
  readonly nodes?: { readonly numNodes: number; readonly mainNode: number } | undefined;
  /** Why a job of it fails before it runs. */
  readonly fault?: string | undefined;
}

const LIMIT = 10_000;
/** Of what definitions and specs are made from: some tens of MB at the most once they are parsed. */
const CHARACTERS = 4_000_000;

/**
 * Queues and definitions by name, read once and kept until somebody changes one. Whoever writes a queue, an
 * environment or a definition calls `forget` in the same transaction, right after the write: the next reader, of
 * the same group of writers or a later one, reads the rows again.
 */
export class Catalog {
  private queues = new Map<string, CatalogQueue>();
  private readonly definitions = new BoundedCache<string, CatalogDefinition>(LIMIT, CHARACTERS);
  private served: readonly CatalogQueue[] | undefined;
  private environments: readonly CatalogEnvironment[] | undefined;
  /** What submissions were resolved to, by what they were made of: see SubmitJob. */
  readonly specs = new BoundedCache<string, MadeSpec>(LIMIT, CHARACTERS);
  /** Grows with each `forget`: what was derived from the catalog is stale when it differs. */
  version = 0;

  forget(): void {
    this.version++;
    this.queues = new Map();
    this.definitions.clear();
    this.served = undefined;
    this.environments = undefined;
    this.specs.clear();
  }

  /** A spec's row is gone: whoever submits its like again stores it again. */
  forgetSpecs(): void {
    this.specs.clear();
  }

  /** Kept until the next `forget`, which also follows a lost transaction. */
  rememberSpec(key: string, made: MadeSpec): void {
    this.specs.set(key, made, key.length);
  }

  async queue(tx: Tx, name: string): Promise<CatalogQueue | undefined> {
    return this.queues.get(name) ?? keep(this.queues, name, await readQueue(tx, name));
  }

  /** Queues whose jobs may start, in the order they are served: priority, then age (E-131, E-132). */
  async allQueues(tx: Tx): Promise<readonly CatalogQueue[]> {
    if (this.served) return this.served;
    const rows = await tx.db
      .selectFrom('queues')
      .select('name')
      .where('status', '=', 'VALID')
      .orderBy('priority', 'desc')
      .orderBy('seq')
      .execute();
    const queues = [];
    for (const { name } of rows) queues.push((await this.queue(tx, name))!);
    this.served = queues;
    return queues;
  }

  async allEnvironments(tx: Tx): Promise<readonly CatalogEnvironment[]> {
    if (this.environments) return this.environments;
    const rows = await tx.db
      .selectFrom('environments')
      .selectAll()
      .where('status', '<>', 'DELETED')
      .orderBy('seq')
      .execute();
    this.environments = rows.map((row) => ({
      seq: row.seq,
      name: row.name,
      state: row.state,
      status: row.status,
      type: row.type,
      minVcpus: row.min_vcpus,
      maxVcpus: row.max_vcpus,
      wish: row.wished_vcpus === null ? undefined : { vcpus: row.wished_vcpus, isOver: isSet(row.wish_over) },
      resources: row.resources === null ? null : (JSON.parse(row.resources) as ComputeResources),
    }));
    return this.environments;
  }

  /** `revision` absent: the highest-numbered ACTIVE one (J-069). */
  async definition(tx: Tx, name: string, revision?: number): Promise<CatalogDefinition | undefined> {
    const key = `${name}:${revision ?? ''}`;
    const known = this.definitions.get(key);
    if (known) return known;
    const row = await readDefinition(tx, name, revision);
    if (!row) return undefined;
    const read = { ...row, doc: JSON.parse(row.doc) as Record<string, unknown> };
    this.definitions.set(key, read, row.doc.length);
    return read;
  }
}

const keep = <T>(map: Map<string, T>, key: string, value: T | undefined): T | undefined => {
  if (value === undefined) return undefined;
  if (map.size >= LIMIT) map.clear();
  map.set(key, value);
  return value;
};

const readQueue = async (tx: Tx, name: string): Promise<CatalogQueue | undefined> => {
  const row = await tx.db
    .selectFrom('queues')
    .selectAll()
    .where('name', '=', name)
    .where('status', '<>', 'DELETED')
    .executeTakeFirst();
  if (!row) return undefined;
  const places = await tx.db
    .selectFrom('queue_environments')
    .select('environment')
    .where('queue', '=', row.seq)
    .orderBy('ord')
    .execute();
  const { seq, state, status, priority } = row;
  const { jobStateTimeLimitActions: timeLimits = [] } = JSON.parse(row.extra) as {
    jobStateTimeLimitActions?: TimeLimit[];
  };
  return { seq, name, state, status, priority, environments: places.map((p) => p.environment), timeLimits };
};

const readDefinition = async (
  tx: Tx,
  name: string,
  revision: number | undefined,
): Promise<DefinitionRow | undefined> => {
  let query = tx.db.selectFrom('definitions').selectAll().where('name', '=', name);
  query =
    revision === undefined
      ? query.where('status', '=', 'ACTIVE').orderBy('revision', 'desc').limit(1)
      : query.where('revision', '=', revision);
  return query.executeTakeFirst();
};
