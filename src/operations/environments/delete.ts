import { nameFrom } from '../../domain/arn.ts';
import { refuse } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import {
  endEnvironment,
  environmentNamed,
  isAttached,
  updateEnvironment,
} from '../../store/environment-rows.ts';
import { endInstances } from '../../transitions/instances/end-instances.ts';

/**
 * DeleteComputeEnvironment, p. 17; the checks in the service's order (rules E-091 to E-096). Its instances end with it,
 * and jobs that still run on them as their host does (E-097): it is DELETING until they have.
 */
export const deleteComputeEnvironment: Operation<{ readonly computeEnvironment: string }> = (
  service,
  input,
) =>
  service.store.write(async (tx) => {
    const name = nameFrom(service.account, 'compute-environment', input.computeEnvironment);
    const row = name === undefined ? undefined : await environmentNamed(tx, name);
    if (!row) return {};
    if (row.status === 'UPDATING' || row.status === 'DELETING') {
      return refuse('Cannot delete, resource is being modified');
    }
    if (row.state !== 'DISABLED') return refuse('Cannot delete, state must be set to DISABLED');
    if (await isAttached(tx, row.seq)) return refuse('Cannot delete, found existing JobQueue relationship');
    const waits = await endInstances(service, tx, row.seq, 'deleted', 0);
    if (waits) await updateEnvironment(tx, row.seq, { status: 'DELETING' });
    else await endEnvironment(tx, row.seq);
    service.catalog.forget(tx);
    tx.onCommit(service.wake);
    return {};
  });
