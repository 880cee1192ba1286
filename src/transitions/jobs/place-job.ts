import type { Resources } from '../../domain/container.ts';
import type { JobSpec } from '../../domain/job-spec.ts';
import { stateCode, stateOf } from '../../domain/job-state.ts';
import { nextState } from '../../domain/life.ts';
import { isStopped, stopOf } from '../../domain/stop-kinds.ts';
import type { StartOrder } from '../../engines/engine.ts';
import type { Placement } from '../../scheduler/snapshot.ts';
import type { Service, Surroundings } from '../../service/service.ts';
import { setRecalled, setStarting } from '../../store/job-moves.ts';
import { jobBySeq, setStop } from '../../store/job-rows.ts';
import type { TaskRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { deleteTask, insertTask } from '../../store/tasks.ts';
import { Endings } from './endings.ts';
import { nameStream } from './name-stream.ts';
import { placeNodes } from './nodes.ts';
import { orderOf } from './start-order.ts';

/**
 * Writes the intent to run a job's next attempt; undefined when the job is no longer RUNNABLE, and for the nodes of a
 * multi-node job, which start in an order of their own.
 */
export const placeJob = async (
  service: Service,
  tx: Tx,
  placement: Placement,
  asks: Resources,
  specOf: (tx: Tx, id: number) => Promise<JobSpec>,
): Promise<StartOrder | undefined> => {
  const job = (await jobBySeq(tx, placement.job))!;
  if (nextState(stateOf(job.state), 'placed') === undefined) return undefined;
  const spec = await specOf(tx, job.spec);
  if (spec.nodes) {
    await placeNodes(service, tx, job, placement, spec);
    return undefined;
  }
  const attempt = job.attempt + 1;
  const id = service.ids.hex(32);
  const logStream = await nameStream(service, tx, spec.definitionName, id, spec.container);
  await insertTask(tx, {
    id,
    job: job.seq,
    attempt,
    environment: placement.environment,
    ...asks,
    logStream,
    createdAt: service.clock.wall(),
    steady: service.clock.steady(),
    bootId: service.clock.bootId,
    after: placement.after ?? null,
    instance: placement.instances[0]!,
    held: 0,
  });
  await setStarting(tx, job, attempt);
  return orderOf(
    service,
    tx,
    job,
    { id, attempt, environment: placement.environment, after: placement.after },
    spec,
  );
};

/**
 * Takes a task back that never began: the job is in line again and the attempt does not count. One that was told to
 * stop meanwhile, or whose array was, ends here: it would wait for ever.
 */
export const unplaceTask = async (service: Surroundings, tx: Tx, task: TaskRow): Promise<void> => {
  const job = (await jobBySeq(tx, task.job))!;
  await deleteTask(tx, task);
  if ((await setRecalled(tx, job, task.attempt - 1)) === 0) return;
  const kind = isStopped(job) ? job.stop_kind : job.parent_stop_kind;
  if (stopOf(kind) === 'none') return;
  const reason = job.stop_reason ?? job.parent_stop_reason ?? '';
  await setStop(tx, job.seq, kind, reason);
  const endings = new Endings(tx, service);
  // by a stop of its own from now on: it had not been shown as ended
  const state = stateCode('RUNNABLE');
  await endings.withdraw(
    { ...job, state, stop_kind: kind, stop_reason: reason },
    service.clock.wall(),
    reason,
  );
  await endings.finish();
};
