import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Account } from '../domain/arn.ts';
import type { Resources } from '../domain/container.ts';
import { machineOf } from '../domain/host.ts';
import { IDLE_GRACE_SECONDS } from '../domain/idle-grace.ts';
import { byShares } from '../domain/queue-order.ts';
import { describeResources } from '../domain/resource-text.ts';
import { DAY_MILLISECONDS, USUAL_AUDIT_DAYS } from '../domain/retention-periods.ts';
import { SPOT_WARNING_SECONDS } from '../domain/spot-warning.ts';
import type { Engine } from '../engines/engine.ts';
import { isRead } from '../http/audited.ts';
import type { Handler, Handlers } from '../http/handlers.ts';
import { Limits } from '../http/limits.ts';
import { createListener } from '../http/listener.ts';
import { createHttpServer } from '../http/server.ts';
import type { Timers } from '../lib/clock.ts';
import type { Log } from '../lib/logger.ts';
import { AuditExport } from '../loops/audit-export.ts';
import { Loops } from '../loops/loops.ts';
import { Retention } from '../loops/retention.ts';
import * as access from '../operations/access/index.ts';
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
import * as sts from '../operations/sts/index.ts';
import * as tags from '../operations/tags/index.ts';
import { AuditFiles } from '../output/audit-files.ts';
import { AuditTrail } from '../service/audit-trail.ts';
import { Catalog } from '../service/catalog.ts';
import { IdentityKeys } from '../service/identity-keys.ts';
import { KnownFacts } from '../service/known-facts.ts';
import { LastHour } from '../service/last-hour.ts';
import { Names } from '../service/names.ts';
import { Principals } from '../service/principals.ts';
import { recording } from '../service/recorded.ts';
import type { Capacity, Operation, Service } from '../service/service.ts';
import { ShareUses } from '../service/share-uses.ts';
import { Specs } from '../service/spec-cache.ts';
import { Submitters } from '../service/submitters.ts';
import { UnfinishedBounds } from '../service/unfinished-bounds.ts';
import { engineKept, keepEngine, rootIsBusy } from '../store/meta-rows.ts';
import { openSqlite } from '../store/sqlite/open-database.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { FrontTimes } from '../why/front-times.ts';
import { LastPlan } from '../why/last-plan.ts';
import { Lines } from '../why/lines.ts';
import { accessOf } from './access-of.ts';
import type { ChosenEngine } from './chosen-engine.ts';
import type { Config } from './config.ts';
import {
  DATABASE,
  followRootKeys,
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
import { machineWeb } from './web.ts';

/** A server that runs. */
export interface Running {
  /** `http://127.0.0.1:8585`. */
  readonly url: string;
  readonly rootKey: RootKey;
  readonly newKey: boolean;
  /** Whether root's key was used in the last day, though there are users. */
  readonly isRootBusy: boolean;
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
  const folder = openDataFolder(config.dataDir, config.rootKey, config.dataAnyway);
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
    web: machineWeb(timers),
    wake: () => loops.wakeForRequest(),
  };
  const trail = await startAudit(config, service, timers, undo);
  const loops = new Loops(service, timers);
  undo.push(() => loops.stop());
  let adopted = false;
  const root = followRootKeys(config.dataDir, timers);
  undo.push(() => root.stop());
  const isRootBusy = await store.read((tx) => rootIsBusy(tx, clock.wall()));
  const server = serverOf(config, { service, timers, trail }, root.keys, () => adopted);
  undo.push(() => closeServer(server));
  await listen(server, config);
  const url = urlOf(config, server.address() as AddressInfo);
  await store.write((tx) => keepEngine(tx, engine.name));
  writeAddress(config.dataDir, addressOf(config, url, engine.name, capacity));
  await loops.start();
  adopted = true;
  const retention = new Retention(service, timers, config.keepMilliseconds);
  undo.push(() => retention.stop());
  retention.start();
  return {
    url,
    rootKey: folder.rootKey,
    newKey: folder.isNew,
    isRootBusy,
    capacity,
    about: chosen.about,
    service,
  };
};

/** Before the first request, so that none is without its record. */
const startAudit = async (
  config: Config,
  service: Service,
  timers: Timers,
  undo: (() => void | Promise<void>)[],
): Promise<AuditTrail> => {
  const trail = new AuditTrail(config.account, service.ids);
  const keep = config.auditMilliseconds ?? USUAL_AUDIT_DAYS * DAY_MILLISECONDS;
  const audit = new AuditExport(service, trail, new AuditFiles(config.dataDir), timers, keep);
  undo.push(() => audit.stop());
  await audit.start();
  return trail;
};

type Parts = Pick<Service, 'store' | 'clock' | 'log' | 'engine' | 'output'>;

/** What operations work with, but for what the data folder and the loops give. */
const serviceOf = (
  config: Config,
  parts: Parts,
  machine: Resources,
): Omit<Service, 'tokenKey' | 'sealingKey' | 'web' | 'wake'> => {
  const catalog = new Catalog();
  return {
    ...parts,
    ids: machineIds(),
    account: accountOf(config),
    catalog,
    knownFacts: new KnownFacts(catalog),
    names: new Names(),
    principals: new Principals(),
    identityKeys: new IdentityKeys(),
    specs: new Specs(),
    submitters: new Submitters(),
    unfinished: new UnfinishedBounds(),
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

/** `mayChange` throws where nothing may be changed now. */
const bind = (
  service: Service,
  mayChange: () => void,
  operations: Readonly<Record<string, Operation>>,
): Handlers =>
  Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => {
      const changes = !isRead(name);
      const handler: Handler = async (input, caller) => {
        if (changes) mayChange();
        return operation(recording(service, caller), input, caller);
      };
      return [name.charAt(0).toUpperCase() + name.slice(1), handler];
    }),
  );

/** With `--audit strict` nothing is changed that could not be told of afterwards (rule A-192). */
const strictly = (config: Config, trail: AuditTrail) => (): void => {
  if (config.audit?.includes('strict') && trail.broken !== undefined)
    throw new Error(`the audit cannot be written, and nothing is changed without it: ${trail.broken}`);
};

const serverOf = (
  config: Config,
  parts: { readonly service: Service; readonly timers: Timers; readonly trail: AuditTrail },
  rootKeys: () => readonly RootKey[],
  ready: () => boolean,
) => {
  const { service, timers, trail } = parts;
  const bound = (operations: object) =>
    bind(service, strictly(config, trail), operations as Record<string, Operation>);
  const listener = createListener({
    region: config.region,
    account: config.account,
    access: accessOf(service, rootKeys),
    clock: service.clock,
    timers,
    ids: service.ids,
    log: service.log,
    audit: {
      note: (line) => trail.note(line),
      failed: (...told) => trail.failed(...told),
      reads: config.audit?.includes('reads') ?? false,
    },
    limits: new Limits(service.clock, config.rate),
    // a store that does not answer is found out by asking it
    ready: async () => ready() && (await service.store.read(async () => true)),
    batch: bound({
      ...consumables,
      ...definitions,
      ...environments,
      ...policies,
      ...queues,
      ...jobs,
      ...tags,
    }),
    longshore: bound(extensions),
    logs: bound(logs),
    ecs: bound(ecs),
    ec2: bound(ec2),
    iam: bound(access),
    sts: bound(sts),
  });
  return createHttpServer(listener, { ids: service.ids, timers });
};

const addressOf = (config: Config, url: string, engine: string, capacity: Resources): ServerAddress => ({
  url,
  region: config.region,
  engine,
  pool: describeResources(capacity),
  ...mountable(config, engine),
});

/** A daemon on another machine has that one's folders to mount. */
const mountable = ({ docker }: Config, engine: string): Pick<ServerAddress, 'mounts'> => {
  const isNotHere =
    engine === 'kubernetes' || (engine === 'docker' && (docker?.hosts.some(isElsewhere) ?? false));
  const mounts = isNotHere ? [] : docker?.permissions.mounts;
  return mounts === undefined ? {} : { mounts };
};
