import { refuse } from '../../domain/refusal.ts';
import { deactivate, definitionsNamed } from '../../store/definitions.ts';
import type { Operation } from '../service.ts';
import { parseDefinitionName } from './name.ts';

/**
 * DeregisterJobDefinition, p. 23. A bare name means its latest ACTIVE revision (S-082, J-063); a revision that is
 * INACTIVE already answers as well (J-065).
 */
export const deregisterJobDefinition: Operation<{ readonly jobDefinition: string }> = (service, input) =>
  service.store.write(async (tx) => {
    const named = parseDefinitionName(service.account, input.jobDefinition);
    const rows = named ? await definitionsNamed(tx, named.name, named.revision) : [];
    const chosen = named?.revision === undefined ? rows.find((row) => row.status === 'ACTIVE') : rows[0];
    if (!chosen) return refuse(`Job definition ${input.jobDefinition} does not exist`);
    await deactivate(tx, chosen.seq);
    service.catalog.forget();
    return {};
  });
