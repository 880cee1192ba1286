import { jobIdOf, parseJobId } from '../../domain/job-id.ts';
import { stateOf } from '../../domain/job-state.ts';
import { isNode } from '../../domain/node-roles.ts';
import { refuse } from '../../domain/refusal.ts';
import type { Operation, Service } from '../../service/service.ts';
import { findJob, jobBySeq } from '../../store/job-rows.ts';
import { Stops } from '../../store/stops-in-force.ts';
import type { Tx } from '../../store/store.ts';
import { waitData } from '../../why/as-data.ts';
import { waitFacts } from '../../why/facts.ts';
import { QueuePositions } from '../../why/position.ts';
import { compact } from '../jobs/detail.ts';
import { shownSubmitter } from '../jobs/submitter.ts';
import { jobTimes } from './job-line.ts';
import { environmentsShown, poolShown } from './overview-environments.ts';

/**
 * Why a job is where it is, typed, as the last plan had it: `code`, `never`, `sentence`, `asks`, `position`, what each environment
 * says, the jobs that it waits for one behind the other, who holds the pool, and whom room is kept for. Of one that does not wait its reason alone.
 */
export const explainJob: Operation<{ readonly jobId: string }> = async (service, { jobId }) =>
  service.store.read(async (tx) => {
    const id = parseJobId(jobId);
    const row = id && (await findJob(tx, id));
    if (!row) return refuse(`Job ${jobId} not found`);
    const looks = { positions: new QueuePositions(tx, service), stops: new Stops(tx) };
    const job = await looks.stops.read(row);
    // a node waits as its job does
    const asked = isNode(job) ? (await jobBySeq(tx, job.parent))! : job;
    const why = await waitFacts(tx, service, looks, asked);
    return compact({
      jobId: jobIdOf(job),
      jobName: job.name ?? job.parent_name,
      status: stateOf(job.state),
      queue: await service.names.queueName(tx, job.queue),
      attempt: job.attempt,
      ...jobTimes(job, service.clock.wall()),
      submittedBy: await shownSubmitter(service, tx, job),
      statusReason: job.status_reason,
      why: why && waitData(why),
      ...(why && (await holders(service, tx))),
      at: service.clock.wall(),
    });
  });

/** Whom room is kept for, in the order of the last plan: nobody behind takes it. At most one job of each queue. */
const reservations = async ({ lastPlan, names }: Service, tx: Tx) => {
  const shown = [];
  for (const { queue, job, environment } of lastPlan.reservations) {
    const row = await jobBySeq(tx, job);
    if (!row) continue;
    shown.push({
      jobId: jobIdOf(row),
      jobName: row.name ?? row.parent_name,
      queue: await names.queueName(tx, queue),
      environment: (await names.environment(tx, environment)).name,
    });
  }
  return shown;
};

/** Who holds the pool: all environments, for they share it. */
const holders = async (service: Service, tx: Tx) => ({
  pool: await poolShown(service, tx),
  reservations: await reservations(service, tx),
  holders: (await environmentsShown(service, tx)).map(({ name, held, running }) => ({ name, held, running })),
});
