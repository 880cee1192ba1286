import { checkerOf } from '../../src/api/check.ts';
import { EXTENSIONS } from '../../src/api/extensions.ts';
import { BATCH, ECS, LOGS } from '../../src/api/shapes.gen.ts';
import type { HostView } from '../../src/domain/host.ts';
import { byShares } from '../../src/domain/queue-order.ts';
import { isRefusal, type Refusal, Refusal as Refused } from '../../src/domain/refusal.ts';
import type { Ids } from '../../src/lib/ids.ts';
import type { Log } from '../../src/lib/logger.ts';
import { Loops } from '../../src/loops/loops.ts';
import { Retention } from '../../src/loops/retention.ts';
import type { Running } from '../../src/loops/running.ts';
import { authorise } from '../../src/operations/access/authorise.ts';
import * as access from '../../src/operations/access/index.ts';
import * as consumables from '../../src/operations/consumables/index.ts';
import * as definitions from '../../src/operations/definitions/index.ts';
import * as ec2 from '../../src/operations/ec2/index.ts';
import * as ecs from '../../src/operations/ecs/index.ts';
import * as environments from '../../src/operations/environments/index.ts';
import * as extensions from '../../src/operations/extensions/index.ts';
import * as jobs from '../../src/operations/jobs/index.ts';
import * as logs from '../../src/operations/logs/index.ts';
import * as policies from '../../src/operations/policies/index.ts';
import * as queues from '../../src/operations/queues/index.ts';
import * as sts from '../../src/operations/sts/index.ts';
import * as tags from '../../src/operations/tags/index.ts';
import type { OutputStore } from '../../src/output/output.ts';
import { Catalog } from '../../src/service/catalog.ts';
import { IdentityKeys } from '../../src/service/identity-keys.ts';
import { KnownFacts } from '../../src/service/known-facts.ts';
import { LastHour } from '../../src/service/last-hour.ts';
import { Names } from '../../src/service/names.ts';
import { Principals } from '../../src/service/principals.ts';
import type { Caller, Operation, Service } from '../../src/service/service.ts';
import { ShareUses } from '../../src/service/share-uses.ts';
import { Specs } from '../../src/service/spec-cache.ts';
import { Submitters } from '../../src/service/submitters.ts';
import { UnfinishedBounds } from '../../src/service/unfinished-bounds.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { FrontTimes } from '../../src/why/front-times.ts';
import { LastPlan } from '../../src/why/last-plan.ts';
import { Lines } from '../../src/why/lines.ts';
import { FakeWeb } from '../support/fakes.ts';
import type { Disk } from './disk.ts';
import { DoorStore, Doors, timersOf } from './doors.ts';
import type { Ground } from './ground.ts';
import type { Swarm } from './swarm.ts';
import type { Time } from './time.ts';
import { SEALING_KEY } from './users.ts';

/** What a client hears. `fault`: a 5xx. */
export type Outcome =
  // biome-ignore lint/suspicious/noExplicitAny: answers are read member by member, as a client would
  | { readonly kind: 'answer'; readonly answer: any }
  | { readonly kind: 'refused'; readonly type: string; readonly text: string }
  | { readonly kind: 'fault'; readonly text: string };

/** With which key somebody asks who is not root. */
export interface Signing {
  readonly accessKeyId: string;
  readonly token?: string;
}

/** One life of the server, from its start to its death. */
export interface Server {
  readonly doors: Doors;
  /** What the loops keep of what runs. */
  kept(): Running | undefined;
  /** Never settles when the server dies first. */
  ask(id: number, operation: string, input: unknown, signing?: Signing): Promise<Outcome>;
}

export interface ServerParts {
  readonly disk: Disk;
  readonly time: Time;
  readonly ground: Ground;
  readonly hosts: () => readonly HostView[];
  readonly ids: Ids;
  readonly swarm: Swarm;
  readonly log: Log;
  /** For a canary: see `Sabotage`. */
  readonly remembersAtOnce: boolean;
  /** How long the engine takes to answer now, `share` of the usual often. */
  readonly pause: (share?: number) => Promise<void>;
}

const OPERATIONS = {
  ...access,
  ...consumables,
  ...definitions,
  ...environments,
  ...extensions,
  ...policies,
  ...queues,
  ...jobs,
  ...tags,
  ...logs,
  ...ecs,
  ...ec2,
  ...sts,
} as unknown as Record<string, Operation>;
const CALLER = { arn: 'arn:aws:iam::012345678910:root', accessKeyId: 'AKSIM' };
const MODELS = [
  [BATCH, checkerOf(BATCH)],
  [LOGS, checkerOf(LOGS, 64)],
  [ECS, checkerOf(ECS, 64)],
  [EXTENSIONS, checkerOf(EXTENSIONS, 64)],
] as const;

/** What the wire's check makes of a request; EC2's has no model, its members are texts. */
const checked = (operation: string, input: unknown) => {
  for (const [model, check] of MODELS) {
    const known = model.operations[operation];
    if (known) return check(known.input, input);
  }
  return { ok: true, value: input } as const;
};

/** What a request reads before its turn is no turn of its own, nor of the loops. */
const quiet = (inner: SqliteStore, doors: Doors): Store => {
  const alive = <T>(turn: Promise<T>): Promise<T> =>
    turn.then((value) => (doors.pass() ? value : new Promise<T>(() => {})));
  return {
    read: (fn) => alive(inner.read(fn)),
    write: (fn) => alive(inner.write(fn)),
    close: async () => {},
  };
};

/** Who asks, or why it may not: as the edge does it. */
const callerOf = async (
  service: Service,
  { accessKeyId, token }: Signing,
  operation: string,
  input: unknown,
): Promise<Caller | Refusal> => {
  const principal = await service.principals.find(service, accessKeyId, token);
  if (!principal) return unsigned('UnrecognizedClientException', 'invalid.');
  const endsAt = principal.temporary?.expiresAt ?? Number.POSITIVE_INFINITY;
  if (service.clock.wall() >= endsAt) return unsigned('ExpiredTokenException', 'expired');
  const request = {
    service: operation === 'AssumeRole' ? 'sts' : 'batch',
    operation,
    input: () => input,
    region: 'us-east-1',
    sourceIp: '10.0.0.1',
  } as const;
  return authorise(service, principal, request);
};

const unsigned = (type: string, what: string): Refusal =>
  new Refused(type, 403, `The security token included in the request is ${what}`);

/** Builds a server over what outlives it, as `main` does. The one place to change when the service is built differently. */
export const startServer = (parts: ServerParts): Server => {
  const { disk, time, ground } = parts;
  const doors = new Doors();
  doors.remembersAtOnce = parts.remembersAtOnce;
  const timers = timersOf(doors, time);
  const { engine, isOpen } = ground.open({ doors, timers, log: parts.log, pause: parts.pause });
  const inner = new SqliteStore(disk.door(), timers, parts.log);
  const catalog = new Catalog();
  const service: Service = {
    store: new DoorStore(inner, doors, disk, 'turn', 0),
    clock: { wall: () => time.wall(), steady: () => time.steady(), bootId: time.bootId },
    ids: parts.ids,
    log: parts.log,
    account: { partition: 'aws', region: 'us-east-1', account: '012345678910' },
    engine,
    output: ground.output as unknown as OutputStore,
    catalog,
    knownFacts: new KnownFacts(catalog),
    names: new Names(),
    specs: new Specs(),
    submitters: new Submitters(),
    unfinished: new UnfinishedBounds(),
    shareUses: new ShareUses(),
    order: byShares,
    lastPlan: new LastPlan(),
    lines: new Lines(),
    frontTimes: new FrontTimes({ wall: time.wall(), steady: time.steady() }),
    lastHour: new LastHour({ steady: () => time.steady() }),
    capacity: {
      ...parts.swarm.capacity,
      get hosts() {
        return parts.hosts();
      },
    },
    about: {
      version: 'simulated',
      startedAt: time.wall(),
      keepMilliseconds: parts.swarm.keepMilliseconds,
    },
    tokenKey: 'simulated',
    sealingKey: SEALING_KEY,
    principals: new Principals(),
    web: new FakeWeb(),
    identityKeys: new IdentityKeys(),
    wake: () => loops.wakeForRequest(),
  };
  const loops = new Loops(service, timers);
  const retention = new Retention(service, timers, parts.swarm.keepMilliseconds);
  loops.start().then(
    () => retention.start(),
    () => doors.cut(),
  );
  return {
    doors,
    kept: () => loops.kept(),
    ask: async (id, operation, input, signing) => {
      const check = checked(operation, input);
      if (!check.ok) return { kind: 'refused', type: check.violation.kind, text: check.violation.message };
      const own = { ...service, store: new DoorStore(inner, doors, disk, 'request', id) };
      const name = operation.charAt(0).toLowerCase() + operation.slice(1);
      try {
        if (isOpen) await isOpen;
        const caller =
          signing === undefined
            ? CALLER
            : await callerOf({ ...service, store: quiet(inner, doors) }, signing, operation, input);
        if (isRefusal(caller)) return { kind: 'refused', type: caller.type, text: caller.message };
        const answer = await OPERATIONS[name]!(own, check.value as never, caller);
        if (isRefusal(answer)) return { kind: 'refused', type: answer.type, text: answer.message };
        return { kind: 'answer', answer: JSON.parse(JSON.stringify(answer ?? {})) };
      } catch (error) {
        return { kind: 'fault', text: String((error as Error).stack ?? error) };
      }
    },
  };
};
