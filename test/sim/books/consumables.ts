import type { Disk } from '../disk.ts';
import { nameOf } from './jobs.ts';
import {
  type Ask,
  type Consumable,
  type Definition,
  isFinal,
  type Job,
  type Moment,
  must,
  type Nodes,
  RUNNABLE,
  type Spec,
  STARTING,
  STATES,
  shownState,
  type Wire,
} from './model.ts';
import { arnOf, type Expected, type Ledger, nameIn, type Request } from './requests.ts';
import { same } from './resources.ts';

/* Consumable resources: what each request must come to, and what jobs hold, by the reference. */

type Expect = (ledger: Ledger, request: Request) => Expected;

const UNKNOWN = /^ConsumableResource \S+ not found/;

const consumableOf = (ledger: Ledger, given: unknown): Consumable | undefined =>
  ledger.consumables.get(nameIn('consumable-resource', String(given)) ?? '');

/* What jobs hold: from STARTING until they have ended. */

const isSpent = ({ type }: Consumable): boolean => type === 'NON_REPLENISHABLE';

const inUse = (ledger: Ledger, consumable: Consumable): number =>
  isSpent(consumable)
    ? 0
    : [...ledger.holders]
        .flatMap(({ asks }) => asks)
        .filter((ask) => ask.consumable === consumable)
        .reduce((sum, { quantity }) => sum + quantity, 0);

/** A job went from one state to another. `recalled`: what it went from never was. */
export const tokensChanged = (ledger: Ledger, job: Job, before: number, recalled: boolean): void => {
  if (job.asks.length === 0 || job.size > 0 || job.role !== 'none') return;
  if (job.state === STARTING) {
    job.took = !job.holds;
    if (job.took) take(ledger, job);
  } else if (isFinal(job.state)) release(ledger, job);
  else if (job.state === RUNNABLE && before === STARTING && recalled && job.took) {
    release(ledger, job);
    for (const { consumable, quantity } of job.asks)
      if (isSpent(consumable) && !job.setSince.has(consumable)) consumable.total += quantity;
  }
};

const take = (ledger: Ledger, job: Job): void => {
  for (const { consumable, quantity } of job.asks) {
    const free = consumable.total - inUse(ledger, consumable);
    must(quantity <= free, 'nobody takes more than there is', () => {
      return `${nameOf(job)} takes ${quantity} of ${consumable.name}, there are ${free}`;
    });
    if (isSpent(consumable)) consumable.total -= quantity;
  }
  job.holds = true;
  job.setSince.clear();
  ledger.holders.add(job);
};

const release = (ledger: Ledger, job: Job): void => {
  job.holds = false;
  ledger.holders.delete(job);
};

interface Row {
  readonly name: string;
  readonly total: number;
  readonly in_use: number;
}

const HELD = `SELECT h.job, c.name, h.quantity FROM holds h LEFT JOIN consumables c ON c.seq = h.consumable
  ORDER BY h.job, c.seq`;

/** At every step: what is held and what is free are the total, and who runs holds what it asked for. */
export const checkTokens = (disk: Disk, ledger: Ledger): void => {
  if (disk.connection.inTransaction) return;
  const rows = disk.all<Row>('SELECT name, total, in_use FROM consumables ORDER BY name');
  if (rows.length === 0 && ledger.consumables.size === 0) return;
  const kept = [...ledger.consumables.values()]
    .map((one) => ({ name: one.name, total: one.total, in_use: inUse(ledger, one) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  same('held plus free is the total', rows, kept);
  const held = disk.all<{ job: number; name: string; quantity: number }>(HELD);
  const asked = [...ledger.holders].flatMap(({ seq, asks }) =>
    asks.map(({ consumable, quantity }) => ({ job: seq, name: consumable.name, quantity })),
  );
  same('who runs holds what it asked for', held.map(textOf).sort(), asked.map(textOf).sort());
};

const textOf = ({ job, name, quantity }: { job: number; name: string; quantity: number }): string =>
  `${job} ${name} ${quantity}`;

/* What a submission asks for. */

export interface Asked {
  /** Each resource once: of a multi-node job with its nodes. */
  readonly asks: readonly Ask[];
  /** As a description has them; undefined for none. */
  readonly shown: Wire;
  readonly ranges: readonly Wire[];
}

/** The submission's list in the place of the definition's. */
const listOf = (sent: Wire, over: Wire): Wire[] =>
  (over && Object.keys(over).length > 0 ? over : sent)?.consumableResourceList ?? [];

export const askedOf = (
  ledger: Ledger,
  { sent }: Definition,
  input: Wire,
  nodes: Nodes | undefined,
): Asked | RegExp => {
  const overrides: Wire[] = input.nodeOverrides?.nodePropertyOverrides ?? [];
  const ranges: Wire[] = nodes ? sent.nodeProperties.nodeRangeProperties : [];
  const lists = [
    listOf(sent.consumableResourceProperties, input.consumableResourcePropertiesOverride),
    ...ranges.map((range) => {
      const own = overrides.find(({ targetNodes }) => targetNodes === range.targetNodes);
      return listOf(range.consumableResourceProperties, own?.consumableResourcePropertiesOverride);
    }),
  ];
  const sums = new Map<Consumable, number>();
  for (const [at, list] of lists.entries()) {
    const times = at === 0 ? 1 : nodes!.ranges.filter((range) => range === at - 1).length;
    for (const { consumableResource, quantity } of list) {
      const consumable = consumableOf(ledger, consumableResource);
      if (!consumable) return UNKNOWN;
      if (times > 0) sums.set(consumable, (sums.get(consumable) ?? 0) + quantity * times);
    }
  }
  const [shown, ...ofRanges] = lists.map(shownList);
  const asks = [...sums].map(([consumable, quantity]) => ({ consumable, quantity }));
  return { asks, shown, ranges: ofRanges };
};

const shownList = (list: readonly Wire[]): Wire =>
  list.length === 0
    ? undefined
    : {
        consumableResourceList: list.map(({ consumableResource, quantity }) => ({
          consumableResource: arnOf(
            'consumable-resource',
            nameIn('consumable-resource', consumableResource)!,
          ),
          quantity,
        })),
      };

/** A spec with what its job asks for. */
export const specAsking = (spec: Spec, { shown }: Asked): Spec => ({
  ...spec,
  shown: { ...spec.shown, consumableResourceProperties: shown },
});

/** Its jobs are not run again once what they ask for is deleted. */
export const asksForGone = (jobs: Iterable<Job>): boolean =>
  [...jobs].some(({ asks }) => asks.some(({ consumable }) => consumable.gone));
export const GONE = UNKNOWN;

/* Requests. */

const summaryOf = (ledger: Ledger, one: Consumable): Wire => ({
  consumableResourceName: one.name,
  consumableResourceArn: arnOf('consumable-resource', one.name),
  totalQuantity: one.total,
  inUseQuantity: inUse(ledger, one),
  resourceType: one.type,
});

const create: Expect = (ledger, { input }) => {
  const { consumableResourceName: name, totalQuantity: total = 0, resourceType, tags = {} } = input;
  if (ledger.consumables.has(name)) return { refusal: /^Object already exists/ };
  return {
    apply: (answer) => {
      const arn = arnOf('consumable-resource', name);
      if (answer) same('answer', answer, { consumableResourceName: name, consumableResourceArn: arn });
      const type = resourceType ?? 'REPLENISHABLE';
      const createdAt = ledger.wall();
      ledger.consumables.set(name, {
        name,
        type,
        tags,
        total,
        createdAt,
        updates: new Map(),
        gone: false,
      });
    },
  };
};

const EIGHT_HOURS = 8 * 3_600_000;

const update: Expect = (ledger, { input }) => {
  const one = consumableOf(ledger, input.consumableResource);
  if (!one) return { refusal: UNKNOWN };
  const { operation, quantity, clientToken: token } = input;
  if (token !== undefined) forget(ledger);
  const made = one.updates.get(token);
  if (made && made.payload !== `${operation} ${quantity}`) return { refusal: /^clientToken was given with/ };
  const after = { SET: quantity, ADD: one.total + quantity, REMOVE: one.total - quantity }[
    operation as 'SET'
  ];
  if (!made && after < 0) return { refusal: /^totalQuantity cannot be a negative number/ };
  return {
    apply: (answer) => {
      if (!made) {
        one.total = after;
        if (operation === 'SET') for (const job of ledger.holders) job.setSince.add(one);
        if (token !== undefined)
          one.updates.set(token, { payload: `${operation} ${quantity}`, ...ledger.moment() });
      }
      if (answer) same('consumable resources as described', answer.totalQuantity, one.total);
    },
  };
};

/** Milliseconds since then; after another boot only the clock tells, which may have been set. */
const passed = (ledger: Ledger, { at, wall, boot }: Moment): number => {
  const now = ledger.moment();
  return boot === now.boot ? now.at - at : Math.min(EIGHT_HOURS, now.wall - wall);
};

/** Whoever gives a token has all forgotten that is too old, for good: a clock that is set back brings none of it again. */
const forget = (ledger: Ledger): void => {
  for (const { updates } of ledger.consumables.values())
    for (const [old, made] of updates) if (passed(ledger, made) >= EIGHT_HOURS) updates.delete(old);
};

const remove: Expect = (ledger, { input }) => {
  const one = consumableOf(ledger, input.consumableResource);
  const isAsked = ledger.submitted.some(
    ({ gone, state, asks }) => !gone && !isFinal(state) && asks.some(({ consumable }) => consumable === one),
  );
  if (one && isAsked) return { refusal: /^Cannot delete, resource is in use by jobs/ };
  return {
    apply: () => {
      if (!one) return;
      one.gone = true;
      ledger.consumables.delete(one.name);
    },
  };
};

const describe: Expect = (ledger, { input }) => {
  const one = consumableOf(ledger, input.consumableResource);
  if (!one) return { refusal: UNKNOWN };
  return {
    apply: (answer) => {
      if (!answer) return;
      const availableQuantity = Math.max(0, one.total - inUse(ledger, one));
      const { createdAt, tags } = one;
      same('consumable resources as described', answer, {
        ...summaryOf(ledger, one),
        availableQuantity,
        createdAt,
        tags,
      });
    },
  };
};

/** Whether one of the values is a name, in any case, or with `*` the beginning of it. */
const isNamed = (name: string, values: readonly string[]): boolean =>
  values.some((value) => {
    const [text, is] = [value.toLowerCase(), name.toLowerCase()];
    return text.endsWith('*') ? is.startsWith(text.slice(0, -1)) : is === text;
  });

const list: Expect = (ledger, { input }) => ({
  apply: (answer) => {
    if (!answer) return;
    const { filters = [], maxResults: most = 100 } = input;
    const all = [...ledger.consumables.values()]
      .filter(({ name }) => filters.every(({ values }: Wire) => isNamed(name, values)))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const kept = all.slice(0, most).map((one) => summaryOf(ledger, one));
    same('consumable resources as described', answer.consumableResources, kept);
    same('consumable resources as described', answer.nextToken !== undefined, all.length > most);
  },
});

/** More than a page looks at are not looked for here. */
const MOST_LISTED = 5000;

const listJobs: Expect = (ledger, { input }) => {
  const one = consumableOf(ledger, input.consumableResource);
  if (!one) return { refusal: UNKNOWN };
  return {
    apply: (answer) => {
      if (!answer) return;
      const all = consumersOf(ledger, one).filter((job) => lets(input.filters ?? [], job));
      const most = input.maxResults ?? 100;
      if (all.length > MOST_LISTED) return;
      const kept = all.slice(0, most).map((job) => entryOf(one, job));
      same('lists show what matches', answer.jobs.map(entryShown), kept);
      same('pages are full', answer.nextToken !== undefined, all.length > most);
    },
  };
};

/** Newest first: of an array itself and the children that have not ended. */
const consumersOf = (ledger: Ledger, one: Consumable): Job[] =>
  ledger.submitted
    .filter(({ gone, asks }) => !gone && asks.some(({ consumable }) => consumable === one))
    .flatMap((job) => [job, ...(job.size > 0 ? job.children : []).filter((child) => !isFinal(child.state))])
    .sort((a, b) => b.seq - a.seq);

const lets = (filters: readonly Wire[], job: Job): boolean =>
  filters.every(({ name, values }) => {
    if (name === 'JOB_STATUS') return values.includes(STATES[shownState(job)]);
    return name !== 'JOB_NAME' || isNamed(job.name, values);
  });

const entryOf = (one: Consumable, job: Job) => [
  arnOf('job', job.id),
  arnOf('job-queue', job.queue.name),
  job.name,
  STATES[shownState(job)],
  job.spec.definition,
  job.asks.find(({ consumable }) => consumable === one)!.quantity,
  job.createdAt,
  job.share,
];

const entryShown = (shown: Wire) => [
  shown.jobArn,
  shown.jobQueueArn,
  shown.jobName,
  shown.jobStatus,
  shown.jobDefinitionArn,
  shown.quantity,
  shown.createdAt,
  shown.shareIdentifier,
];

export const CONSUMABLES: Readonly<Record<string, Expect>> = {
  CreateConsumableResource: create,
  UpdateConsumableResource: update,
  DeleteConsumableResource: remove,
  DescribeConsumableResource: describe,
  ListConsumableResources: list,
  ListJobsByConsumableResource: listJobs,
};
