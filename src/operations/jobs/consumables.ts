import { type ConsumablesInput, checkConsumables, consumableName } from '../../domain/consumables.ts';
import type { JobSpec } from '../../domain/job-spec.ts';
import type { NodesInput } from '../../domain/node-rules.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import type { ConsumableAsk } from '../../domain/tokens.ts';
import type { CatalogDefinition } from '../../service/catalog.ts';
import type { Service } from '../../service/service.ts';
import { consumableNamed } from '../../store/consumable-rows.ts';
import type { Tx } from '../../store/store.ts';
import { given, type SubmitInput } from './submit-rules.ts';

interface DefinitionDoc {
  readonly consumableResourceProperties?: ConsumablesInput;
  readonly nodeProperties?: NodesInput;
}

/**
 * The job with what it asks of consumable resources, its nodes with what they do: the definition's list, or as a whole the
 * submission's (rules T-178, T-179). A list without entries, which asks for nothing, is no list.
 */
export const withConsumables = async (
  service: Service,
  tx: Tx,
  spec: JobSpec,
  { doc }: CatalogDefinition,
  input: SubmitInput,
): Promise<JobSpec | Refusal> => {
  const { consumableResourceProperties, nodeProperties } = doc as DefinitionDoc;
  const over = given(input.consumableResourcePropertiesOverride);
  const own = await resolved(service, tx, over ?? consumableResourceProperties);
  if (isRefusal(own)) return own;
  const consuming = own ? { ...spec, consumables: own } : spec;
  if (!spec.nodes || !nodeProperties) return consuming;
  const ranges = [];
  // by their places: several may name the same nodes
  for (const [at, range] of spec.nodes.nodeRangeProperties.entries()) {
    const of = ({ targetNodes }: { readonly targetNodes: string }) => targetNodes === range.targetNodes;
    const overridden = given(
      input.nodeOverrides?.nodePropertyOverrides?.find(of)?.consumableResourcePropertiesOverride,
    );
    const defined = nodeProperties.nodeRangeProperties[at]?.consumableResourceProperties;
    const consumables = await resolved(service, tx, overridden ?? defined);
    if (isRefusal(consumables)) return consumables;
    ranges.push(consumables ? { ...range, consumables } : range);
  }
  return { ...consuming, nodes: { ...spec.nodes, nodeRangeProperties: ranges } };
};

const resolved = async (
  { account }: Service,
  tx: Tx,
  properties: ConsumablesInput | undefined,
): Promise<readonly ConsumableAsk[] | undefined | Refusal> => {
  if (!properties?.consumableResourceList?.length) return undefined;
  const wrong = checkConsumables(account, properties);
  if (wrong) return wrong;
  const asks: ConsumableAsk[] = [];
  for (const { consumableResource, quantity } of properties.consumableResourceList) {
    const row = await consumableNamed(tx, consumableName(account, consumableResource!));
    if (!row) return refuse(`ConsumableResource ${consumableResource} not found.`);
    asks.push({ consumable: row.seq, name: row.name, quantity: quantity! });
  }
  return asks;
};
