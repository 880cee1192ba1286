import { nameFrom } from '../../domain/arn.ts';
import { refuse } from '../../domain/refusal.ts';
import { QUEUE_DELETED_REASON, stopCode } from '../../domain/stop-kinds.ts';
import type { Operation } from '../../service/service.ts';
import { endQueue, queueNamed, updateQueue } from '../../store/queue-rows.ts';
import { insertSweep, queueIsBusy } from '../../store/stop-sweeps.ts';

/**
 * DeleteJobQueue, p. 20: in force at once; a queue that still has jobs is DELETING until the last of them has
 * ended (rules S-070, E-119, E-126 to E-128).
 */
export const deleteJobQueue: Operation<{ readonly jobQueue: string }> = (service, input) =>
  service.store.write(async (tx) => {
    const name = nameFrom(service.account, 'job-queue', input.jobQueue);
    const row = name === undefined ? undefined : await queueNamed(tx, name);
    if (!row) return {};
    if (row.status !== 'VALID') return refuse('Cannot delete, resource is being modified');
    if (row.state !== 'DISABLED') return refuse('Cannot delete, state must be set to DISABLED');
    if (await queueIsBusy(tx, row.seq)) {
      await updateQueue(tx, row.seq, { status: 'DELETING' });
      const stop = { stop_kind: stopCode('queue'), reason: QUEUE_DELETED_REASON, at: service.clock.wall() };
      await insertSweep(tx, 'queue', row.seq, stop);
    } else {
      await endQueue(tx, row.seq);
    }
    service.catalog.forget(tx);
    tx.onCommit(service.wake);
    return {};
  });
