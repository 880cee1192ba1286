import type { Batch, JobDetail } from '@aws-sdk/client-batch';
import type { ECS } from '@aws-sdk/client-ecs';
import { type JobHost, notesOn } from '../main/job-notes.ts';

/** What is to be known of a job and does not stand in its log, which is its own: each line once. */
export const notesOf = async (batch: Batch, ecs: ECS, job: JobDetail): Promise<string[]> => {
  const host = await hostOf(batch, ecs);
  if (!host) return [];
  const { container, nodeProperties } = job;
  const nodes = (nodeProperties?.nodeRangeProperties ?? []).map((range) => range.container);
  const shown = [container, ...nodes].filter((one) => one !== undefined);
  return [...new Set(shown.flatMap((one) => notesOn(host, { ...one })))];
};

/** As any environment's cluster tells it; undefined of a server that does not. */
const hostOf = async (batch: Batch, ecs: ECS): Promise<JobHost | undefined> => {
  const { computeEnvironments = [] } = await batch.describeComputeEnvironments({});
  // one whose jobs are pods has none
  const [first] = computeEnvironments.flatMap(({ ecsClusterArn }) => ecsClusterArn ?? []);
  if (first === undefined) return undefined;
  const clusters = [first];
  const { clusters: [cluster] = [] } = await ecs.describeClusters({ clusters, include: ['STATISTICS'] });
  const told = (name: string) => cluster?.statistics?.find((s) => s.name === name)?.value;
  const engine = told('longshoreEngine');
  return engine === undefined ? undefined : { engine, vcpus: Number(told('longshorePoolVcpus')) };
};
