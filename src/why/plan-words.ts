import type { Resources } from '../domain/container.ts';
import { describeResources, gpus, listed, memory, vcpus } from '../domain/resource-text.ts';
import { LEAST_SPOT_PRICE } from '../domain/spot-price.ts';
import { fits, positive } from '../scheduler/amounts.ts';
import type { EnvironmentVerdict, GroupLeft, OfHosts, TaskGroup, WaitReason } from '../scheduler/snapshot.ts';

/** The numbers of a plan's reason: what is asked, and what each environment of the queue has. Many jobs have one reason. */
export const reasonText = (reason: WaitReason): string => {
  const text = known.get(reason) ?? told(reason);
  known.set(reason, text);
  return text;
};

const known = new WeakMap<WaitReason, string>();

const told = ({ groups, verdicts }: WaitReason): string => {
  const asks = `needs ${describeGroups(groups)}`;
  return verdicts.length === 0
    ? `${asks}; its queue has no compute environment`
    : `${asks}; ${verdicts.map((verdict) => verdictText(verdict, groups)).join('; ')}`;
};

/** "2 × 1 vCPU and 4 GiB". */
const describeGroups = (groups: readonly TaskGroup[]): string =>
  groups
    .map(({ asks, count }) => (count > 1 ? `${count} × ${describeResources(asks)}` : describeResources(asks)))
    .join(' + ');

export const verdictText = (verdict: EnvironmentVerdict, groups: readonly TaskGroup[]): string => {
  const { environment } = verdict;
  switch (verdict.kind) {
    case 'disabled':
      return `environment ${environment} is DISABLED`;
    case 'closed':
      return [closedText(verdict), ...growthText(verdict)].join(', ');
    case 'invalid':
      return verdict.fault === undefined
        ? `environment ${environment} is INVALID`
        : `environment ${environment} is INVALID: ${verdict.fault}`;
    case 'never-nodes':
      return `environment ${environment} is not MANAGED and of type EC2: it can never run a multi-node job`;
    case 'never-later':
      return `environment ${environment} is not the first of the queue to take multi-node jobs: it can never run it`;
    case 'never-bid':
      return `environment ${environment} bids ${verdict.bid}% and Spot capacity costs ${LEAST_SPOT_PRICE}% of on-demand at the least: it can never run it`;
    case 'never-maximum':
      return verdict.type === undefined
        ? `environment ${environment} has at most ${vcpus(verdict.maxMilliVcpus)}: it can never run it`
        : `environment ${environment} would need an instance ${verdict.type} and has at most ${vcpus(verdict.maxMilliVcpus)}: it can never run it`;
    case 'never-type':
      return tooSmall(environment, verdict.largest, groups);
    case 'never-pool': {
      const pool = `${hostWords(verdict.of, 'size')} ${describeResources(verdict.pool, verdict.needs.gpus > 0)}`;
      return verdict.type === undefined
        ? `${pool}: environment ${environment} can never run it`
        : `environment ${environment} would need an instance ${verdict.type} with ${describeResources(verdict.needs)}, ` +
            `${pool}: it can never run it`;
    }
    case 'price':
      return `environment ${environment} launches nothing while Spot capacity costs ${verdict.price}% of on-demand and its bid is ${verdict.bid}%`;
    case 'maximum':
      return `environment ${environment} has ${verdict.freeMilliVcpus / 1000} of ${vcpus(verdict.maxMilliVcpus)} free and may launch no more`;
    case 'reserved':
      return `environment ${environment} keeps its room for a job that waited for it first or has a higher priority`;
    case 'room':
      return noRoom(verdict);
  }
};

const tooSmall = (environment: string, largest: Resources, groups: readonly TaskGroup[]): string => {
  const asks = groups.map((group) => group.asks).find((a) => !fits(a, largest));
  if (!asks) return `no instance type of environment ${environment} has all of that: none can ever run it`;
  const has = [];
  if (asks.milliVcpus > largest.milliVcpus) has.push(vcpus(largest.milliVcpus));
  if (asks.memoryMiB > largest.memoryMiB) has.push(`${memory(largest.memoryMiB)} for jobs`);
  if (asks.gpus > largest.gpus) has.push(gpus(largest.gpus));
  return `the largest instance type of environment ${environment} has ${listed(has)}: no type of it can ever run it`;
};

const closedText = ({ environment, open }: Extract<EnvironmentVerdict, { kind: 'closed' }>): string =>
  open === 0
    ? `environment ${environment} waits for a host: none takes jobs now`
    : `environment ${environment} waits for a host: of those that take jobs now none is large enough beside what others use of it`;

/** Rule K-148. */
const leftText = ({ group, many }: GroupLeft): string =>
  `group ${group} can add ${many === 0 ? 'no' : many} more`;

/** Rule K-149. */
const growthText = ({ growth }: { readonly growth?: string }): string[] =>
  growth === undefined ? [] : [growth];

const noRoom = ({
  environment,
  free,
  pool,
  of,
  type,
  busy,
  minimums = [],
  warned = 0,
  left = [],
  ...more
}: Extract<EnvironmentVerdict, { kind: 'room' }>): string => {
  const has = `${hostWords(of, 'room')} ${describeResources(positive(free), pool.gpus > 0)} free of ${describeResources(pool)}`;
  const what = [
    type === undefined
      ? `environment ${environment}: ${has}`
      : `environment ${environment} would launch ${type}: ${has}`,
    ...(type === undefined || busy === 0 ? [] : [busyText(busy)]),
    ...minimums.map(
      (m) => `the minvCpus of environment ${m.environment} keep ${describeResources(m.holds)} of it idle`,
    ),
    ...(warned === 0 ? [] : [warnedText(warned)]),
    ...left.map(leftText),
    ...growthText(more),
  ];
  return what.join(', ');
};

/** "the pool has"; where there are several, which of them, and why that one. */
const hostWords = (of: OfHosts | undefined, by: 'size' | 'room'): string => {
  if (!of) return 'the pool has';
  if (of.isToCome) return `${of.name}${by === 'size' ? ', the nearest of the hosts,' : ''} has`;
  const among = by === 'size' ? 'the nearest of the hosts' : `with the most room of ${of.open} open hosts`;
  return `host ${of.name}, ${among}, has`;
};

const busyText = (busy: number): string =>
  busy === 1
    ? 'its 1 instance that could hold it is busy'
    : `its ${busy} instances that could hold it are busy`;

/** Rule E-168. */
const warnedText = (warned: number): string =>
  warned === 1
    ? '1 Spot instance has been warned and leaves its room to the first in line when the warning is over'
    : `${warned} Spot instances have been warned and leave their room to the first in line when the warning is over`;
