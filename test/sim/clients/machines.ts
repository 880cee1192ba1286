import type { Environment } from '../books/model.ts';
import type { Ledger } from '../books/requests.ts';
import { GROUP, streamOf } from '../books/streams.ts';
import type { Random } from '../random.ts';
import type { Make } from './definitions.ts';
import { jobId } from './jobs.ts';

/* Who looks at machines, tasks and what they print. */

const NOBODY = 'f'.repeat(32);

const environment = (r: Random, ledger: Ledger): Environment | undefined =>
  ledger.environments.size > 0 ? r.pick([...ledger.environments.values()]) : undefined;

/** One where something runs, if there is any. */
const cluster = (r: Random, ledger: Ledger): string => {
  const live = [...ledger.floor.live.values()];
  const busy =
    live.length > 0 && r.chance(0.7) ? ledger.environmentBySeq.get(r.pick(live).environment) : undefined;
  return (busy ?? environment(r, ledger))?.cluster ?? 'default';
};

/** A task of a job, rather a young one. */
const taskOf = (r: Random, ledger: Ledger): string => {
  const live = [...ledger.floor.live.keys()];
  if (live.length > 0 && r.chance(0.5)) return r.pick(live);
  const job = ledger.jobs.get(jobId(r, ledger));
  return job ? job.task || job.lastTask || NOBODY : NOBODY;
};

export const describeTasks: Make = (r, ledger) => {
  const tasks = Array.from({ length: r.skewed(1, 4) }, () => taskOf(r, ledger));
  const seq = ledger.tasks.get(tasks[0]!)?.environment ?? 0;
  return {
    operation: 'DescribeTasks',
    input: { cluster: ledger.environmentBySeq.get(seq)?.cluster ?? cluster(r, ledger), tasks },
  };
};

export const listTasks: Make = (r, ledger) => ({
  operation: 'ListTasks',
  input: {
    cluster: cluster(r, ledger),
    ...(r.chance(0.3) && { desiredStatus: r.pick(['RUNNING', 'STOPPED']) }),
    ...(r.chance(0.2) && { startedBy: jobId(r, ledger) }),
    ...(r.chance(0.5) && { maxResults: r.skewed(1, 20) }),
  },
});

export const describeContainerInstances: Make = (r, ledger) => {
  const all = [...ledger.floor.instances.values()].slice(-20);
  const found = all.length > 0 ? r.pick(all) : undefined;
  return {
    operation: 'DescribeContainerInstances',
    input: {
      cluster: (found && ledger.environmentBySeq.get(found.environment))?.cluster ?? cluster(r, ledger),
      containerInstances: [found?.containerInstance ?? NOBODY, NOBODY],
    },
  };
};

export const listContainerInstances: Make = (r, ledger) => ({
  operation: 'ListContainerInstances',
  input: {
    cluster: cluster(r, ledger),
    ...(r.chance(0.3) && { status: r.pick(['ACTIVE', 'DRAINING']) }),
    ...(r.chance(0.5) && { maxResults: r.skewed(1, 20) }),
  },
});

export const describeClusters: Make = (r, ledger) => ({
  operation: 'DescribeClusters',
  input: { clusters: [cluster(r, ledger), 'nobody'], ...(r.chance(0.3) && { include: ['STATISTICS'] }) },
});

export const listClusters: Make = () => ({ operation: 'ListClusters', input: {} });

export const describeInstances: Make = (r, ledger) => {
  const ids = [...ledger.floor.instances.keys()].slice(-20);
  return {
    operation: 'DescribeInstances',
    input: { instanceIds: ids.length === 0 || r.chance(0.3) ? [] : [r.pick(ids)] },
  };
};

const streamSomebodyReads = (r: Random, ledger: Ledger): string => {
  const job = ledger.jobs.get(jobId(r, ledger));
  const task = job && (job.task || job.lastTask);
  return task ? streamOf(job, task) : 'd/default/none';
};

export const readLog: Make = (r, ledger) => ({
  operation: 'GetLogEvents',
  input: { logGroupName: GROUP, logStreamName: streamSomebodyReads(r, ledger), startFromHead: true },
});

export const filterLog: Make = (r, ledger) => ({
  operation: 'FilterLogEvents',
  input: { logGroupName: GROUP, logStreamNames: [streamSomebodyReads(r, ledger)] },
});

export const describeStreams: Make = (r, ledger) => ({
  operation: 'DescribeLogStreams',
  input: {
    logGroupName: GROUP,
    logStreamNamePrefix: streamSomebodyReads(r, ledger).slice(0, r.chance(0.5) ? undefined : -1),
  },
});

export const describeGroups: Make = () => ({ operation: 'DescribeLogGroups', input: {} });
