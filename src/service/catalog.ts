import type { ComputeResources } from '../domain/environment-rules.ts';
import { type EksConfiguration, eksOf } from '../domain/pods/eks-environment.ts';
import type { FairSharePolicy, PolicyDoc } from '../domain/scheduling-policy.ts';
import type { Tags } from '../domain/tags.ts';
import type { Tokens } from '../domain/tokens.ts';
import { CommittedCache } from '../store/committed-cache.ts';
import { policyBySeq } from '../store/policy-rows.ts';
import { type DefinitionRow, isSet } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';
import { tagsOf } from '../store/tag-rows.ts';

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
  /** Undefined where jobs go in the order of submission. */
  readonly policy: FairSharePolicy | undefined;
  /** How many of its jobs may be unfinished; null where nobody said. */
  readonly mostJobs: number | null;
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
  /** Of an UNMANAGED one that says how many it has. */
  readonly unmanagedVcpus: number | undefined;
  /** `isOver`: it has had what there is, and is shown on. */
  readonly wish: { readonly vcpus: number; readonly isOver: boolean } | undefined;
  /** `computeResources` as it was sent, null for UNMANAGED. */
  readonly resources: ComputeResources | null;
  /** Of one whose jobs are pods. */
  readonly eks: EksConfiguration | undefined;
}

export interface CatalogDefinition {
  readonly seq: number;
  readonly name: string;
  readonly revision: number;
  readonly status: string;
  /** The parsed document of `definitions.doc`. */
  readonly doc: Readonly<Record<string, unknown>>;
  readonly tags: Tags;
}

/** What a submission was resolved to, as it is stored. */
export interface MadeSpec {
  readonly spec: number;
  readonly shape: number;
  /** Its scheduling priority; 0 without one. */
  readonly priority: number;
  /** The seq of its share; 0 where its queue has none. */
  readonly share: number;
  /** See `QueueOrder`. */
  readonly group: number;
  /** Of a multi-node job. */
  readonly nodes?: { readonly numNodes: number; readonly mainNode: number } | undefined;
  /** What it asks of consumable resources. */
  readonly tokens: readonly Tokens[];
  /** Whether its tasks are to have its tags and its definition's. */
  readonly propagateTags: boolean;
  /** Why a job of it fails before it runs. */
  readonly fault?: string | undefined;
}

const LIMIT = 10_000;
/** Of what definitions and specs are made from: some tens of MB at the most once they are parsed. */
const CHARACTERS = 4_000_000;

/** The key of what there is once. */
const ALL = 'all';

/**
 * Queues and definitions by name, read once and kept until somebody changes one. Whoever writes a queue, its policy, an
 * environment or a definition, or makes or removes a consumable resource, calls `forget` in the same transaction, right after the write: the next reader, of
 * the same group of writers or a later one, reads the rows again. See docs/decisions/what-is-remembered.md.
 */
export class Catalog {
  private readonly queues = new CommittedCache<string, CatalogQueue>(LIMIT);
  private readonly definitions = new CommittedCache<string, CatalogDefinition>(LIMIT, CHARACTERS);
  private readonly served = new CommittedCache<typeof ALL, readonly CatalogQueue[]>(1);
  private readonly environments = new CommittedCache<typeof ALL, readonly CatalogEnvironment[]>(1);
  private readonly editions = new CommittedCache<typeof ALL, object>(1);
  /** What submissions were resolved to, by what they were made of: see SubmitJob. */
  readonly made = new CommittedCache<string, MadeSpec>(LIMIT, CHARACTERS);

  /** How often it was forgotten, by transactions whose commit stands. */
  changes = 0;

  forget(tx: Tx): void {
    tx.onCommit(() => {
      this.changes++;
    });
    const { queues, definitions, served, environments, editions, made } = this;
    for (const cache of [queues, definitions, served, environments, editions, made]) cache.forget(tx);
  }

  /** Another object after each `forget`: what was derived from the catalog is stale when it differs. */
  edition(tx: Tx): object {
    const known = this.editions.get(tx, ALL);
    if (known) return known;
    const edition = {};
    this.editions.set(tx, ALL, edition);
    return edition;
  }

  async queue(tx: Tx, name: string): Promise<CatalogQueue | undefined> {
    const known = this.queues.get(tx, name);
    if (known) return known;
    const read = await readQueue(tx, name);
    if (read) this.queues.set(tx, name, read);
    return read;
  }

  /** Queues whose jobs may start, in the order they are served: priority, then age (E-131, E-132). */
  async allQueues(tx: Tx): Promise<readonly CatalogQueue[]> {
    const known = this.served.get(tx, ALL);
    if (known) return known;
    const rows = await tx.db
      .selectFrom('queues')
      .select('name')
      .where('status', '=', 'VALID')
      .orderBy('priority', 'desc')
      .orderBy('seq')
      .execute();
    const queues = [];
    for (const { name } of rows) queues.push((await this.queue(tx, name))!);
    this.served.set(tx, ALL, queues);
    return queues;
  }

  async allEnvironments(tx: Tx): Promise<readonly CatalogEnvironment[]> {
    const known = this.environments.get(tx, ALL);
    if (known) return known;
    const rows = await tx.db
      .selectFrom('environments')
      .selectAll()
      .where('status', '<>', 'DELETED')
      .orderBy('seq')
      .execute();
    const read = rows.map((row) => ({
      seq: row.seq,
      name: row.name,
      state: row.state,
      status: row.status,
      type: row.type,
      minVcpus: row.min_vcpus,
      maxVcpus: row.max_vcpus,
      unmanagedVcpus: (JSON.parse(row.extra) as { unmanagedvCpus?: number }).unmanagedvCpus,
      wish: row.wished_vcpus === null ? undefined : { vcpus: row.wished_vcpus, isOver: isSet(row.wish_over) },
      resources: row.resources === null ? null : (JSON.parse(row.resources) as ComputeResources),
      eks: eksOf(row.extra),
    }));
    this.environments.set(tx, ALL, read);
    return read;
  }

  /** `revision` absent: the highest-numbered ACTIVE one (J-069). */
  async definition(tx: Tx, name: string, revision?: number): Promise<CatalogDefinition | undefined> {
    const key = `${name}:${revision ?? ''}`;
    const known = this.definitions.get(tx, key);
    if (known) return known;
    const row = await readDefinition(tx, name, revision);
    if (!row) return undefined;
    const tags = await tagsOf(tx, 'job-definition', row.seq);
    const read = { ...row, tags, doc: JSON.parse(row.doc) as Record<string, unknown> };
    this.definitions.set(tx, key, read, row.doc.length);
    return read;
  }
}

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
  const { seq, state, status, priority, most_jobs: mostJobs } = row;
  const { jobStateTimeLimitActions: timeLimits = [] } = JSON.parse(row.extra) as {
    jobStateTimeLimitActions?: TimeLimit[];
  };
  const environments = places.map((p) => p.environment);
  const policy = row.policy === null ? undefined : await fairShares(tx, row.policy);
  return { seq, name, state, status, priority, environments, timeLimits, policy, mostJobs };
};

/** A queue goes by no other kind of policy. */
const fairShares = async (tx: Tx, seq: number): Promise<FairSharePolicy | undefined> => {
  const doc = JSON.parse((await policyBySeq(tx, seq)).doc) as PolicyDoc;
  return 'fairsharePolicy' in doc ? doc.fairsharePolicy : undefined;
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
