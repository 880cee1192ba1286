import type { ComputeResources } from '../../domain/environment-rules.ts';
import { HEALTHY, setupFault } from '../../domain/environment-setup.ts';
import { eksOf } from '../../domain/pods/eks-environment.ts';
import type { Service } from '../../service/service.ts';
import { eksEnvironments, updateEnvironment } from '../../store/environment-rows.ts';
import type { Tx } from '../../store/store.ts';

/**
 * A server may be started with another engine than the one before: environments whose jobs are pods are INVALID without a cluster,
 * and VALID again with it (T-382).
 */
export const matchCluster = async ({ engine, ids, catalog }: Service, tx: Tx): Promise<void> => {
  for (const row of await eksEnvironments(tx)) {
    const resources = row.resources === null ? null : (JSON.parse(row.resources) as ComputeResources);
    const setup = { serviceRole: row.service_role, resources, eks: eksOf(row.extra) };
    const fault = setupFault({ ...setup, podNamespace: engine.pods?.namespace }, ids.uuid());
    const isValid = row.status !== 'INVALID';
    if (fault === undefined && isValid) continue;
    await updateEnvironment(tx, row.seq, {
      status: fault === undefined ? 'VALID' : 'INVALID',
      status_reason: fault ?? HEALTHY,
    });
    catalog.forget(tx);
  }
};
