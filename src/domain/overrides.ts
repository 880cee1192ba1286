import type { ContainerSpec } from './container.ts';

/** `containerOverrides` of SubmitJob, as far as it lies over a container. */
export interface ContainerOverrides {
  readonly command?: readonly string[];
  readonly environment?: readonly { readonly name?: string; readonly value?: string }[];
  readonly memory?: number;
  readonly vcpus?: number;
  readonly instanceType?: string;
  readonly resourceRequirements?: readonly { readonly type: string; readonly value: string }[];
}

/** Lays SubmitJob's overrides over the definition's container (rules J-104 to J-108, S-265 to S-269). */
export const override = (container: ContainerSpec, over: ContainerOverrides): ContainerSpec => {
  const asked = overrideRequirements(container, over);
  return {
    ...asked,
    ...(over.instanceType !== undefined && { instanceType: over.instanceType }),
    command: over.command?.length ? over.command : container.command,
    environment: mergeByName(container.environment, over.environment ?? []),
  };
};

/**
 * A requirement given here replaces the definition's of its type, and the older member of that meaning goes.
 * The older members here count only where the definition uses them.
 */
const overrideRequirements = (container: ContainerSpec, over: ContainerOverrides): ContainerSpec => {
  const given = over.resourceRequirements ?? [];
  const types = new Set(given.map((r) => r.type));
  const kept = container.resourceRequirements.filter((r) => !types.has(r.type));
  const { vcpus, memory, ...rest } = container;
  const has = (type: string) => types.has(type) || kept.some((r) => r.type === type);
  const newVcpus = over.vcpus ?? vcpus;
  const newMemory = over.memory ?? memory;
  return {
    ...rest,
    ...(!has('VCPU') && newVcpus !== undefined && { vcpus: newVcpus }),
    ...(!has('MEMORY') && newMemory !== undefined && { memory: newMemory }),
    resourceRequirements: [...kept, ...given],
  } as ContainerSpec;
};

type Variable = { readonly name?: string; readonly value?: string };

/** Variables of one name are one: the last. */
export const mergeByName = (base: readonly Variable[], over: readonly Variable[]): readonly Variable[] => {
  if (over.length === 0) return base;
  const last = new Map(over.map((variable) => [variable.name, variable]));
  const merged = base.map((variable) => last.get(variable.name) ?? variable);
  const known = new Set(base.map((variable) => variable.name));
  return [...merged, ...[...last.values()].filter((variable) => !known.has(variable.name))];
};
