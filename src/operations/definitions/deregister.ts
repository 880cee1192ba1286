import { parseDefinitionName } from '../../domain/definition-name.ts';
import { refuse } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import { deactivate, definitionsAsked, pageOfDefinitions } from '../../store/definition-rows.ts';
import type { DefinitionRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';

/**
 * DeregisterJobDefinition, p. 23. A bare name means its latest ACTIVE revision (S-082, J-063); a revision that is
 * INACTIVE already answers as well (J-065).
 */
export const deregisterJobDefinition: Operation<{ readonly jobDefinition: string }> = (
  service,
  input,
  caller,
) =>
  service.store.write(async (tx) => {
    const named = parseDefinitionName(service.account, input.jobDefinition);
    const [chosen] = named ? await find(tx, named.name, named.revision ?? caller.revision) : [];
    if (!chosen) return refuse(`Job definition ${input.jobDefinition} does not exist`);
    await deactivate(tx, chosen.seq);
    service.catalog.forget(tx);
    return {};
  });

const find = (tx: Tx, name: string, revision: number | undefined): Promise<DefinitionRow[]> =>
  revision === undefined
    ? pageOfDefinitions(tx, { name, status: 'ACTIVE' }, undefined, 1)
    : definitionsAsked(tx, [{ name, revision }], {}, undefined, 1);
