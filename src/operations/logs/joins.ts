import { beginsEvent } from '../../domain/log-events.ts';
import { nodeContainer } from '../../domain/node-groups.ts';
import { isNode } from '../../domain/node-roles.ts';
import type { Service } from '../../service/service.ts';
import { jobBySeq } from '../../store/job-rows.ts';
import type { TaskRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';

/** Whether a line begins an event; undefined where each does. */
export type Begins = ReturnType<typeof beginsEvent>;

/** How the lines that a task printed become events, as its job's log options say (J-039). */
export const beginsOf = async (service: Service, tx: Tx, task: TaskRow): Promise<Begins> => {
  const job = await jobBySeq(tx, task.job);
  if (!job) return undefined;
  const spec = await service.specs.of(tx, job.spec);
  const { logConfiguration } =
    spec.nodes && isNode(job) ? nodeContainer(spec.nodes, job.idx) : spec.container;
  return beginsEvent(logConfiguration);
};
