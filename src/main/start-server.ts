import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Account } from '../domain/arn.ts';
import type { Resources } from '../domain/container.ts';
import { machineOf } from '../domain/host.ts';
import { IDLE_GRACE_SECONDS } from '../domain/idle-grace.ts';
import { byShares } from '../domain/queue-order.ts';
import { describeResources } from '../domain/resource-text.ts';
import { SPOT_WARNING_SECONDS } from '../domain/spot-warning.ts';
import type { Engine } from '../engines/engine.ts';
import type { Access } from '../http/access.ts';
import type { Handlers } from '../http/handlers.ts';
import { createListener } from '../http/listener.ts';
import { createHttpServer } from '../http/server.ts';
import type { Timers } from '../lib/clock.ts';
import type { Log } from '../lib/logger.ts';
import { Loops } from '../loops/loops.ts';
import { Retention } from '../loops/retention.ts';
import { type Authorising, authorise } from '../operations/access/authorise.ts';
import * as access from '../operations/access/index.ts';
import { LastUse } from '../operations/access/last-use.ts';
import { rootArn } from '../operations/access/names.ts';
import * as consumables from '../operations/consumables/index.ts';
import * as definitions from '../operations/definitions/index.ts';
import * as ec2 from '../operations/ec2/index.ts';
import * as ecs from '../operations/ecs/index.ts';
import * as environments from '../operations/environments/index.ts';
import * as extensions from '../operations/extensions/index.ts';
import * as jobs from '../operations/jobs/index.ts';
import * as logs from '../operations/logs/index.ts';
import * as policies from '../operations/policies/index.ts';
import * as queues from '../operations/queues/index.ts';
import * as tags from '../operations/tags/index.ts';
import { Catalog } from '../service/catalog.ts';
import { KnownFacts } from '../service/known-facts.ts';
import { LastHour } from '../service/last-hour.ts';
import { Names } from '../service/names.ts';
import { Principals } from '../service/principals.ts';
import type { Capacity, Operation, Service } from '../service/service.ts';
import { ShareUses } from '../service/share-uses.ts';
import { Specs } from '../service/spec-cache.ts';
import { Submitters } from '../service/submitters.ts';
import { engineKept, keepEngine } from '../store/meta-rows.ts';
import { openSqlite } from '../store/sqlite/open-database.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { FrontTimes } from '../why/front-times.ts';
import { LastPlan } from '../why/last-plan.ts';
import { Lines } from '../why/lines.ts';
import type { ChosenEngine } from './chosen-engine.ts';
import type { Config } from './config.ts';
import {
  DATABASE,
  openDataFolder,
  type RootKey,
  readAddress,
  type ServerAddress,
  whyNotStarted,
  writeAddress,
} from './data-folder.ts';
import { isElsewhere } from './docker-config.ts';
import { chooseEngine } from './engine-choice.ts';
import { hostMemory, moveToHost } from './host-memory.ts';
import { closeServer, listen, urlOf } from './listening.ts';
import { machineClock, machineIds, machineTimers } from './machine.ts';

/** A server that runs. */
export interface Running {
  /** `http://127.0.0.1:8585`. */
  readonly url: string;
  readonly rootKey: RootKey;
  readonly newKey: boolean;
  readonly capacity: Resources;
  /** What runs the jobs, for people. */
  readonly about: ChosenEngine['about'];
  readonly service: Service;
  /** Stops listening, finishes the turn under way and lets go; jobs go on. */
  close(): Promise<void>;
}

/**
 * Builds the parts, starts them in order, and stops them in the opposite one; also when one does not start. Rejects with
 * the reason of `stop` when that comes while a part still waits for others.
 */
export const startServer = async (config: Config, log: Log, stop?: AbortSignal): Promise<Running> => {
  const undo: (() => void | Promise<void>)[] = [];
  const close = async () => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    return { ...(await start(config, log, undo, stop)), close };
  } catch (error) {
    await close();
    throw whyNotStarted(config.dataDir, error as Error);
  }
};

/** Leaves in `undo` how to stop what it has started, in the order of starting. */
const start = async (
  config: Config,
  log: Log,
  undo: (() => void | Promise<void>)[],
  stop: AbortSignal | undefined,
): Promise<Omit<Running, 'close'>> => {
  const folder = openDataFolder(config.dataDir, config.rootKey);
  undo.push(() => folder.release());
  const clock = machineClock();
  const timers = machineTimers(log);
  undo.push(() => timers.cancelAll());
  const store = new SqliteStore(openSqlite(join(config.dataDir, DATABASE)), timers, log);
  undo.push(() => store.close());
  const folderKey = folder.tokenKey;
  // a folder of an earlier version has it beside its address alone
  const ran = (await store.read(engineKept)) ?? readAddress(config.dataDir)?.engine;
  const hosts = await hostMemory(store, log, ran);
  const parts = { config, ran, hosts, folderKey, clock, timers, log };
  const chosen = await chooseEngine({ ...parts, ...(stop && { stop }) });
  const { engine, output } = chosen;
  await moveToHost(store, engine, hosts.single);
  const capacity = engine.hosts ? chosen.capacity : (config.capacity ?? chosen.capacity);
  undo.push(() => engine.close());
  undo.push(() => output.close());
  const service: Service = {
    ...serviceOf(config, { store, clock, log, engine, output }, capacity),
    tokenKey: folder.tokenKey,
    sealingKey: folder.sealingKey,
    wake: () => loops.wakeForRequest(),
  };
  const loops = new Loops(service, timers);
  undo.push(() => loops.stop());
  let adopted = false;
  const listener = listenerOf(config, service, timers, folder.rootKey, () => adopted);
  const server = createHttpServer(listener, { ids: service.ids, timers });
  undo.push(() => closeServer(server));
  await listen(server, config);
  const url = urlOf(config, server.address() as AddressInfo);
  await store.write((tx) => keepEngine(tx, engine.name));
  writeAddress(config.dataDir, {
    url,
    region: config.region,
    engine: engine.name,
    pool: describeResources(capacity),
    ...mountable(config, engine.name),
  });
  await loops.start();
  adopted = true;
  const retention = new Retention(service, timers, config.keepMilliseconds);
  undo.push(() => retention.stop());
  retention.start();
  return {
    url,
    rootKey: folder.rootKey,
    newKey: folder.isNew,
    capacity,
    about: chosen.about,
    service,
  };
};

type Parts = Pick<Service, 'store' | 'clock' | 'log' | 'engine' | 'output'>;

/** What operations work with, but for what the data folder and the loops give. */
const serviceOf = (
  config: Config,
  parts: Parts,
  machine: Resources,
): Omit<Service, 'tokenKey' | 'sealingKey' | 'wake'> => {
  const catalog = new Catalog();
  return {
    ...parts,
    ids: machineIds(),
    account: accountOf(config),
    catalog,
    knownFacts: new KnownFacts(catalog),
    names: new Names(),
    principals: new Principals(),
    specs: new Specs(),
    submitters: new Submitters(),
    shareUses: new ShareUses(),
    order: byShares,
    lastPlan: new LastPlan(),
    lines: new Lines(),
    frontTimes: new FrontTimes({ wall: parts.clock.wall(), steady: parts.clock.steady() }),
    lastHour: new LastHour(parts.clock),
    about: {
      version: config.version ?? 'unknown',
      startedAt: parts.clock.wall(),
      keepMilliseconds: config.keepMilliseconds,
    },
    capacity: capacityOf(config, parts.engine, machine),
  };
};

/** Its hosts are the engine's, or the machine. */
const capacityOf = (config: Config, engine: Engine, size: Resources): Capacity => {
  const machine = [machineOf(size)];
  return {
    get hosts() {
      return engine.hosts?.() ?? machine;
    },
    idleGraceSeconds: config.idleGraceSeconds ?? IDLE_GRACE_SECONDS,
    spotWarningSeconds: config.spotWarningSeconds ?? SPOT_WARNING_SECONDS,
  };
};

const accountOf = (config: Config): Account => ({
  partition: config.region.startsWith('cn-')
    ? 'aws-cn'
    : config.region.startsWith('us-gov-')
      ? 'aws-us-gov'
      : 'aws',
  region: config.region === 'any' ? 'us-east-1' : config.region,
  account: config.account,
});

const bind = (service: Service, operations: Readonly<Record<string, Operation>>): Handlers =>
  Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name.charAt(0).toUpperCase() + name.slice(1),
      (input, caller) => operation(service, input, caller),
    ]),
  );

const listenerOf = (config: Config, service: Service, timers: Timers, key: RootKey, ready: () => boolean) => {
  return createListener({
    region: config.region,
    account: config.account,
    access: accessOf(service, key),
    clock: service.clock,
    timers,
    ids: service.ids,
    log: service.log,
    // a store that does not answer is found out by asking it
    ready: async () => ready() && (await service.store.read(async () => true)),
    batch: bind(service, {
      ...consumables,
      ...definitions,
      ...environments,
      ...policies,
      ...queues,
      ...jobs,
      ...tags,
    } as Record<string, Operation>),
    longshore: bind(service, { ...extensions } as Record<string, Operation>),
    logs: bind(service, { ...logs } as Record<string, Operation>),
    ecs: bind(service, { ...ecs } as Record<string, Operation>),
    ec2: bind(service, { ...ec2 } as Record<string, Operation>),
    iam: bind(service, { ...access } as Record<string, Operation>),
  });
};

/** Root may do everything; of users their policies say. */
const accessOf = (service: Service, root: RootKey): Access => {
  const arn = rootArn(service.account);
  const caller = { arn, accessKeyId: root.accessKeyId };
  const rootSigner = {
    key: { secret: root.secretAccessKey, arn },
    authorise: async () => caller,
    used: () => {},
  };
  const lastUse = new LastUse();
  const signerOf = async (accessKeyId: string) => {
    if (accessKeyId === root.accessKeyId) return rootSigner;
    const principal = await service.principals.find(service, accessKeyId);
    return (
      principal && {
        key: { secret: principal.secret, arn: principal.arn },
        authorise: (request: Authorising) => authorise(service, principal, request),
        used: (name: string, region: string) => lastUse.note(service, accessKeyId, name, region),
      }
    );
  };
  return { signerOf };
};

/** A daemon on another machine has that one's folders to mount. */
const mountable = ({ docker }: Config, engine: string): Pick<ServerAddress, 'mounts'> => {
  const isNotHere = engine === 'docker' && (docker?.hosts.some(isElsewhere) ?? false);
  const mounts = isNotHere ? [] : docker?.permissions.mounts;
  return mounts === undefined ? {} : { mounts };
};
