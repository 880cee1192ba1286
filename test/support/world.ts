import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database as Connection } from 'better-sqlite3';
import type { Resources } from '../../src/domain/container.ts';
import { type HostView, machineOf } from '../../src/domain/host.ts';
import { IDLE_GRACE_SECONDS } from '../../src/domain/idle-grace.ts';
import { byShares, type QueueOrder } from '../../src/domain/queue-order.ts';
import { isRefusal, type Refusal } from '../../src/domain/refusal.ts';
import { SPOT_WARNING_SECONDS } from '../../src/domain/spot-warning.ts';
import { type Log, silentLog } from '../../src/lib/logger.ts';
import { Loops } from '../../src/loops/loops.ts';
import * as access from '../../src/operations/access/index.ts';
import * as consumables from '../../src/operations/consumables/index.ts';
import * as definitions from '../../src/operations/definitions/index.ts';
import * as ecs from '../../src/operations/ecs/index.ts';
import * as environments from '../../src/operations/environments/index.ts';
import * as extensions from '../../src/operations/extensions/index.ts';
import * as jobs from '../../src/operations/jobs/index.ts';
import * as policies from '../../src/operations/policies/index.ts';
import * as queues from '../../src/operations/queues/index.ts';
import * as sts from '../../src/operations/sts/index.ts';
import * as tags from '../../src/operations/tags/index.ts';
import { OutputStore } from '../../src/output/output.ts';
import { Catalog } from '../../src/service/catalog.ts';
import { IdentityKeys } from '../../src/service/identity-keys.ts';
import { KnownFacts } from '../../src/service/known-facts.ts';
import { LastHour } from '../../src/service/last-hour.ts';
import { Names } from '../../src/service/names.ts';
import { Principals } from '../../src/service/principals.ts';
import type { Operation, Service } from '../../src/service/service.ts';
import { ShareUses } from '../../src/service/share-uses.ts';
import { Specs } from '../../src/service/spec-cache.ts';
import { Submitters } from '../../src/service/submitters.ts';
import { UnfinishedBounds } from '../../src/service/unfinished-bounds.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { FrontTimes } from '../../src/why/front-times.ts';
import { LastPlan } from '../../src/why/last-plan.ts';
import { Lines } from '../../src/why/lines.ts';
import { FakeClock, FakeIds, FakeTimers, FakeWeb } from './fakes.ts';
import { openMemory } from './memory-database.ts';
import { ScriptedEngine } from './scripted-engine.ts';

const OPERATIONS = {
  ...access,
  ...consumables,
  ...definitions,
  ...ecs,
  ...environments,
  ...extensions,
  ...policies,
  ...queues,
  ...jobs,
  ...tags,
  ...sts,
} as unknown as Record<string, Operation>;

// biome-ignore lint/suspicious/noExplicitAny: answers are read member by member, as a client would
type Answer = any;

/** The whole service over a database in memory, a clock that stands, and an engine that does as it is told. */
export interface World {
  readonly service: Service;
  readonly clock: FakeClock;
  readonly timers: FakeTimers;
  readonly engine: ScriptedEngine;
  readonly loops: Loops;
  /** Asks an operation; throws the refusal's text when it refuses. */
  ask(operation: string, input?: unknown): Promise<Answer>;
  /** Asks an operation that is to refuse; resolves to the refusal. */
  refused(operation: string, input?: unknown): Promise<Refusal>;
  /** Lets the loops work until nothing is left to do. */
  settle(): Promise<void>;
  /** One job as DescribeJobs shows it. */
  job(jobId: string): Promise<Answer>;
  /** Submits to queue `q` with definition `d`; resolves to the job's id. */
  submit(more?: Record<string, unknown>): Promise<string>;
}

export const CALLER = { arn: 'arn:aws:iam::012345678910:root', accessKeyId: 'AKTEST' };

/** What a world is made of, where it is not the usual. */
export interface WorldParts {
  /** In memory without one. */
  readonly connection?: Connection;
  readonly clock?: FakeClock;
  readonly ids?: FakeIds;
  /** The host's. */
  readonly capacity?: Resources;
  /** Of an engine of several. A test may put others in their place. */
  readonly hosts?: readonly HostView[] | undefined;
  readonly order?: QueueOrder;
  readonly log?: Log;
}

/** A world over a database, whose loops stand still yet. */
export const openWorld = ({
  connection = openMemory(),
  clock = new FakeClock(),
  ids = new FakeIds(),
  capacity: pool = { milliVcpus: 4000, memoryMiB: 1_000_000, gpus: 0 },
  hosts: several,
  order = byShares,
  log = silentLog,
}: WorldParts = {}): World => {
  const machine = [machineOf(pool)];
  const timers = new FakeTimers();
  const engine = new ScriptedEngine(() => clock.wall());
  const catalog = new Catalog();
  if (several) engine.hosts = () => several;
  const service: Service = {
    store: new SqliteStore(connection, timers, log),
    clock,
    ids,
    log,
    account: { partition: 'aws', region: 'us-east-1', account: '012345678910' },
    engine,
    output: new OutputStore(join(tmpdir(), 'longshore-world-without-output'), clock, timers, silentLog),
    catalog,
    knownFacts: new KnownFacts(catalog),
    names: new Names(),
    specs: new Specs(),
    submitters: new Submitters(),
    unfinished: new UnfinishedBounds(),
    shareUses: new ShareUses(),
    order,
    lastPlan: new LastPlan(),
    lines: new Lines(),
    frontTimes: new FrontTimes({ wall: clock.wall(), steady: clock.steady() }),
    lastHour: new LastHour(clock),
    capacity: {
      get hosts() {
        return engine.hosts?.() ?? machine;
      },
      idleGraceSeconds: IDLE_GRACE_SECONDS,
      spotWarningSeconds: SPOT_WARNING_SECONDS,
    },
    about: { version: 'test', startedAt: clock.wall(), keepMilliseconds: undefined },
    tokenKey: 'test',
    sealingKey: '00'.repeat(32),
    principals: new Principals(),
    web: new FakeWeb(),
    identityKeys: new IdentityKeys(),
    wake: () => loops.wake(),
  };
  const loops = new Loops(service, timers);
  const ask = async (operation: string, input: unknown = {}) => {
    const answer = await OPERATIONS[operation]!(service, input as never, CALLER);
    if (isRefusal(answer)) throw Object.assign(new Error(answer.message), { type: answer.type });
    // operations of IAM without an answer have none
    return answer === undefined ? undefined : JSON.parse(JSON.stringify(answer));
  };
  return {
    service,
    clock,
    timers,
    engine,
    loops,
    ask,
    refused: async (operation, input = {}) => {
      const answer = await OPERATIONS[operation]!(service, input as never, CALLER);
      if (!isRefusal(answer)) throw new Error(`not refused: ${JSON.stringify(answer)}`);
      return answer;
    },
    settle: async () => {
      for (let quiet = 0; quiet < 3; ) quiet = (await turn(service)) ? 0 : quiet + 1;
    },
    job: async (jobId) => (await ask('describeJobs', { jobs: [jobId] })).jobs[0],
    submit: async (more = {}) =>
      (await ask('submitJob', { jobName: 'j', jobQueue: 'q', jobDefinition: 'd', ...more })).jobId,
  };
};

/** `pool`: the host's vCPUs; memory is ample. Begins with environment `e`, queue `q`, definition `d`. */
export const makeWorld = async ({
  pool = 4,
  memoryMiB = 1_000_000,
  gpus = 0,
  command = ['exit', '0'],
  order = byShares,
  log = silentLog,
  connection = openMemory(),
  hosts = undefined as readonly HostView[] | undefined,
} = {}): Promise<World> => {
  const capacity = { milliVcpus: pool * 1000, memoryMiB, gpus };
  const world = openWorld({ capacity, hosts, order, log, connection });
  await world.loops.start();
  await seed(world, command, pool);
  return world;
};

/** What runs ends badly, until nothing does. */
export const failAll = async (world: World): Promise<void> => {
  for (;;) {
    await world.settle();
    const running = (await world.engine.list()).filter(({ kind }) => kind === 'running');
    if (running.length === 0) return;
    for (const { taskId } of running) world.engine.end(taskId, 1);
  }
};

/** Gives everything that is due its turn; resolves to whether the database changed. */
const turn = async (service: Service): Promise<boolean> => {
  const changes = async () =>
    (await service.store.read((tx) => tx.all<{ n: number }>('SELECT total_changes() AS n')))[0]!.n;
  const before = await changes();
  service.wake();
  for (let i = 0; i < 5; i++) await new Promise((done) => setImmediate(done));
  return (await changes()) !== before;
};

export const RESOURCES = {
  type: 'EC2',
  minvCpus: 0,
  maxvCpus: 256,
  instanceTypes: ['optimal'],
  subnets: ['subnet-1'],
  securityGroupIds: ['sg-1'],
  instanceRole: 'ecsInstanceRole',
};

/** On a host of one vCPU the environment has instances of one: a larger one would take it whole and run more. */
const seed = async (world: World, command: readonly string[], pool: number): Promise<void> => {
  await world.ask('createComputeEnvironment', {
    computeEnvironmentName: 'e',
    type: 'MANAGED',
    computeResources: pool > 1 ? RESOURCES : { ...RESOURCES, instanceTypes: ['m3.medium'] },
  });
  await world.ask('createJobQueue', {
    jobQueueName: 'q',
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
  });
  await world.ask('registerJobDefinition', {
    jobDefinitionName: 'd',
    type: 'container',
    containerProperties: { image: 'busybox', vcpus: 1, memory: 128, command },
  });
};
