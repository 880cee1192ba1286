import { jobIdOf } from '../../domain/job-id.ts';
import { isWaiting, JOB_STATES } from '../../domain/job-state.ts';
import type { Operation, Service } from '../../service/service.ts';
import { jobBySeq } from '../../store/job-rows.ts';
import { queueCounts } from '../../store/queue-counts.ts';
import { pageOfQueues } from '../../store/queue-rows.ts';
import { headsOf } from '../../store/runnable.ts';
import type { QueueRow } from '../../store/schema.ts';
import { Stops } from '../../store/stops-in-force.ts';
import type { Tx } from '../../store/store.ts';
import { neverRuns } from '../../why/decision.ts';
import { type Looks, waitFacts } from '../../why/facts.ts';
import { QueuePositions } from '../../why/position.ts';
import { waitText } from '../../why/words.ts';
import { compact } from '../jobs/detail.ts';
import { attentionOf, type HopelessJob, type QueueOverview } from './attention.ts';
import { environmentsShown, poolShown } from './overview-environments.ts';

/** More queues than this nobody has on one machine. */
const MOST = 1000;
const MOST_FAILURES = 10;
const MOST_HOPELESS = 10;

/**
 * One screen: the server, each queue (the highest priority first, then by name) with its counts by state, what became of its jobs in the last hour and the job that stands
 * first in it, environments, the pool, failures of the last hour in groups, and what needs somebody. Counts are kept with each
 * change, so that nothing is counted here.
 */
export const getOverview: Operation<Record<string, never>> = (service) =>
  service.store.read(async (tx) => {
    const queues = await queuesOf(service, tx);
    const environments = await environmentsShown(service, tx);
    return {
      server: serverOf(service),
      lastHourFrom: service.clock.wall() - service.lastHour.reach(),
      queues,
      environments,
      pool: await poolShown(service, tx),
      failures: await failuresShown(service, tx),
      attention: attentionOf(queues, environments, await hopelessJobs(service, tx)),
    };
  });

const serverOf = ({ about, engine, account, clock }: Service) =>
  compact({
    version: about.version,
    engine: engine.name,
    region: account.region,
    started: about.startedAt,
    keepJobs: about.keepMilliseconds,
    at: clock.wall(),
  });

const queuesOf = async (service: Service, tx: Tx): Promise<QueueOverview[]> => {
  const counts = new Map<number, number[]>();
  for (const { queue, state, n } of await queueCounts(tx)) {
    const all = counts.get(queue) ?? JOB_STATES.map(() => 0);
    all[state] = n;
    counts.set(queue, all);
  }
  const looks = { positions: new QueuePositions(tx, service), stops: new Stops(tx) };
  const shown: QueueOverview[] = [];
  for (const row of await pageOfQueues(tx, 0, MOST)) {
    const counted = counts.get(row.seq) ?? JOB_STATES.map(() => 0);
    const goes = (await looks.stops.overQueue(row.seq)) !== undefined;
    shown.push({
      name: row.name,
      state: row.state,
      status: row.status,
      priority: row.priority,
      counts: countsShown(counted, goes),
      lastHour: service.lastHour.of(row.seq),
      ...(counted[2]! > 0 && !goes && { head: await headOf(service, tx, looks, row) }),
    });
  }
  return shown.sort(asServed);
};

const asServed = (a: QueueOverview, b: QueueOverview): number =>
  b.priority - a.priority || (a.name < b.name ? -1 : 1);

/** Of what the last plan found can never run, the first of each shape. */
const hopelessJobs = async (service: Service, tx: Tx): Promise<HopelessJob[]> => {
  const looks = { positions: new QueuePositions(tx, service), stops: new Stops(tx) };
  const found = [];
  const never = service.lastPlan.waits.filter(({ reason }) => neverRuns(reason));
  for (const { queue, shape } of never.slice(0, MOST_HOPELESS)) {
    const [head] = await headsOf(tx, queue, shape, 1);
    const job = head && (await jobBySeq(tx, head.seq));
    const why = job && (await waitFacts(tx, service, looks, job));
    if (!job || !why) continue;
    const jobName = job.name ?? job.parent_name ?? '';
    const queueName = await service.names.queueName(tx, queue);
    found.push({ jobId: jobIdOf(job), jobName, queue: queueName, sentence: waitText(why) });
  }
  return found;
};

/** Of the last hour, the largest groups. */
const failuresShown = async ({ lastHour, names }: Service, tx: Tx) => {
  const shown = [];
  for (const { queue, ...group } of lastHour.failures(MOST_FAILURES))
    shown.push(compact({ queue: await names.queueName(tx, queue), ...group }));
  return shown;
};

/** In a queue that is being deleted what waits has ended. */
const countsShown = (counted: readonly number[], goes: boolean) => {
  const shown = Object.fromEntries(JOB_STATES.map((state, code) => [state, counted[code]!]));
  if (!goes) return shown;
  for (const state of JOB_STATES.filter(isWaiting)) {
    shown.FAILED! += shown[state]!;
    shown[state] = 0;
  }
  return shown;
};

/** Who stands first in a queue, since when, and why. */
const headOf = async (service: Service, tx: Tx, looks: Looks, queue: QueueRow) => {
  const first = (await looks.positions.first(queue.seq))?.seq;
  const job = first === undefined ? undefined : await jobBySeq(tx, first);
  if (!job) return undefined;
  const why = await waitFacts(tx, service, looks, job);
  const { reason } = service.lastPlan.of(queue.seq, job.shape);
  return {
    jobId: jobIdOf(job),
    jobName: job.name ?? job.parent_name ?? '',
    createdAt: job.created_at,
    never: reason !== undefined && neverRuns(reason),
    sentence: why ? waitText(why) : '',
  };
};
