import type { ContainerSpec } from '../../domain/container.ts';
import { substitute } from '../../domain/parameters.ts';
import { type PodContainer, type PodInput, UNNAMED, withPodLists } from '../../domain/pods/pod.ts';
import { overridePod, type PodOverride } from '../../domain/pods/pod-overrides.ts';
import { standInOf } from '../../domain/pods/pod-resources.ts';
import { checkEks } from '../../domain/pods/pod-rules.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';

type Parameters = Readonly<Record<string, string>>;

/** A definition's pod with the overrides laid over it and parameters put in, as what stands for it (T-364, T-365). */
export const resolvePod = (
  properties: PodInput,
  over: PodOverride,
  parameters: Parameters,
): ContainerSpec | Refusal => {
  const overridden = overridePod(withPodLists(properties), over);
  if (isRefusal(overridden)) return overridden;
  const wrong = checkEks({ podProperties: overridden });
  if (wrong) return wrong;
  const containers = resolveAll(overridden.containers, parameters);
  if (isRefusal(containers)) return containers;
  const initContainers = resolveAll(overridden.initContainers, parameters);
  return isRefusal(initContainers)
    ? initContainers
    : standInOf({ ...overridden, containers, initContainers });
};

const resolveAll = (
  containers: readonly PodContainer[],
  parameters: Parameters,
): readonly PodContainer[] | Refusal => {
  const resolved = [];
  for (const container of containers) {
    const [command, args] = [
      substitute(container.command, parameters),
      substitute(container.args, parameters),
    ];
    for (const replaced of [command, args])
      if (replaced.kind === 'missing')
        return refuse(`Unable to substitute value. No parameter found for reference ${replaced.name}`);
    if (command.kind === 'command' && args.kind === 'command')
      resolved.push({ name: UNNAMED, ...container, command: command.command, args: args.command });
  }
  return resolved;
};
