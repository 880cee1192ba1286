import type { Account } from '../domain/arn.ts';
import type { HostView } from '../domain/host.ts';
import type { QueueOrder } from '../domain/queue-order.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Engine } from '../engines/engine.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Log } from '../lib/logger.ts';
import type { Web } from '../lib/web.ts';
import type { OutputStore } from '../output/output.ts';
import type { Store, Tx } from '../store/store.ts';
import type { FrontTimes } from '../why/front-times.ts';
import type { LastPlan } from '../why/last-plan.ts';
import type { Lines } from '../why/lines.ts';
import type { Catalog } from './catalog.ts';
import type { IdentityKeys } from './identity-keys.ts';
import type { KnownFacts } from './known-facts.ts';
import type { LastHour } from './last-hour.ts';
import type { Names } from './names.ts';
import type { Who } from './principal.ts';
import type { Principals } from './principals.ts';
import type { ShareUses } from './share-uses.ts';
import type { Specs } from './spec-cache.ts';
import type { Submitters } from './submitters.ts';
import type { UnfinishedBounds } from './unfinished-bounds.ts';

/** What every operation is given: the doors of the house, and nothing else. */
export interface Service {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly account: Account;
  readonly engine: Engine;
  /** What jobs printed. */
  readonly output: OutputStore;
  /** Queues and definitions as the last turn left them, so that a submit reads no row. */
  readonly catalog: Catalog;
  readonly names: Names;
  readonly specs: Specs;
  /** Who submitted jobs. */
  readonly submitters: Submitters;
  readonly unfinished: UnfinishedBounds;
  /** What the shares of queues have used. */
  readonly shareUses: ShareUses;
  /** Which of a queue's jobs goes first. */
  readonly order: QueueOrder;
  /** Why jobs wait, from the last plan. */
  readonly lastPlan: LastPlan;
  /** The first waiting jobs of queues, as they were read last. */
  readonly lines: Lines;
  /** Since when jobs stand where they do at the front of queues. */
  readonly frontTimes: FrontTimes;
  /** What became of jobs since an hour ago. */
  readonly lastHour: LastHour;
  readonly about: ServerFacts;
  readonly capacity: Capacity;
  /** Signs page tokens, so that a foreign or altered one is refused. From the data folder's secret. */
  readonly tokenKey: string;
  /** Seals the secrets of access keys: 64 hex digits, a file of its own. */
  readonly sealingKey: string;
  /** Who may sign, and what they may do. */
  readonly principals: Principals;
  readonly knownFacts: KnownFacts;
  /** Other servers; what is fetched there is the keys of issuers of identities. */
  readonly web: Web;
  readonly identityKeys: IdentityKeys;
  /** Makes the loops look now instead of at their next turn. Call it from `tx.onCommit`. */
  wake(): void;
}

/** What whoever changes a job needs beside the store: the time, and somebody to tell. */
export type Surroundings = Pick<Service, 'clock' | 'log' | 'lastHour'>;

/** What a server says of itself. */
export interface ServerFacts {
  readonly version: string;
  /** Wall milliseconds. */
  readonly startedAt: number;
  /** How long finished jobs are kept; undefined: for ever. */
  readonly keepMilliseconds: number | undefined;
}

/** What environments are carved from, and the paces of instances. */
export interface Capacity {
  /** As they are now; another list once one of them has changed. */
  readonly hosts: readonly HostView[];
  /** How long an instance without a task stays, above its environment's minimum. */
  readonly idleGraceSeconds: number;
  /** How long a Spot instance that is taken away still runs. */
  readonly spotWarningSeconds: number;
}

/**
 * An operation: its request has passed the wire's check (types, required members, enums; unknown members and
 * nulls are gone). Returns the answer as it goes on the wire, or a refusal.
 */
export type Operation<In = never, Out = unknown> = (
  service: Service,
  input: In,
  caller: Caller,
) => Promise<Out | Refusal>;

export interface Caller {
  /** `arn:aws:iam::<account>:root` and the like. */
  readonly arn: string;
  readonly accessKeyId: string;
  /** Of a user alone. */
  readonly userName?: string;
  /** `AIDA…`, or `AROA…:<session>`; root with its own key has none. */
  readonly userId?: string;
  /** What is known of its request beside; none where nobody asks from outside. */
  readonly facts?: RequestFacts;
  /** The id of its request, which a job has that it submits: its record is made from the job. */
  readonly requestId?: string;
  /** The line of the audit for what this call changes, once it is known what the change comes to. */
  readonly recordOf?: (answer: unknown) => string;
  /** Root with its own key is none of them. */
  readonly who?: Who;
  /** Since when its session is, in wall milliseconds; with a key of its own it has none. */
  readonly sessionSince?: number;
  /** Of a role's session: whose. */
  readonly roleArn?: string;
  /** The role that it may have, by its id (`AROA…`). */
  readonly roleId?: string;
  /** How many of its jobs may be unfinished, where it has a limit of its own. */
  readonly mostJobs?: number;
  /** The revision that it was asked about of a definition that it names without one: that counts, whatever was registered since. */
  readonly revision?: number;
  /** Why some of the jobs that a request names are refused, by how it names them. */
  readonly refusals?: ReadonlyMap<string, Refusal>;
  /** Of who may not do everything: whether it may stop a job that a request found, by the job's id. */
  readonly mayStop?: (tx: Tx, jobId: string) => Promise<boolean>;
}

/** What is known of a request beside what it asks. */
export interface RequestFacts {
  /** Of the credential's scope. */
  readonly region: string;
  readonly sourceIp: string;
  readonly userAgent?: string | undefined;
  readonly referer?: string | undefined;
}
