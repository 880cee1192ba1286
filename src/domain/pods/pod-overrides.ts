import { mergeByName } from '../overrides.ts';
import { type Refusal, refuse, refuseWrapped } from '../refusal.ts';
import {
  type PodContainer,
  type PodMetadata,
  type PodProperties,
  type PodResources,
  type PodVariable,
  podContainerName,
  UNNAMED,
} from './pod.ts';

/** `eksPropertiesOverride` of SubmitJob as it is sent. */
export interface EksOverride {
  readonly podProperties?: PodOverride;
}

export interface PodOverride {
  readonly containers?: readonly PodContainerOverride[];
  readonly initContainers?: readonly PodContainerOverride[];
  readonly metadata?: PodMetadata;
}

export interface PodContainerOverride {
  readonly name?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly PodVariable[];
  readonly resources?: PodResources;
}

/** Lays SubmitJob's overrides over a definition's pod (T-364, T-365). What comes of it is to be checked anew. */
export const overridePod = (pod: PodProperties, over: PodOverride): PodProperties | Refusal => {
  const wrong =
    checkTargets(pod.containers, over.containers) ?? checkTargets(pod.initContainers, over.initContainers);
  if (wrong) return wrong;
  return {
    ...pod,
    containers: overrideAll(pod.containers, over.containers),
    initContainers: overrideAll(pod.initContainers, over.initContainers),
    ...(over.metadata && { metadata: mergeMetadata(pod.metadata ?? {}, over.metadata) }),
  };
};

/** Where there is one container alone, it is meant without a name. */
const targetOf = (known: readonly PodContainer[], { name }: PodContainerOverride): string =>
  name === undefined && known.length === 1
    ? podContainerName(known[0]!)
    : podContainerName(name === undefined ? {} : { name });

const checkTargets = (
  known: readonly PodContainer[],
  over: readonly PodContainerOverride[] = [],
): Refusal | undefined => {
  const names = new Set(known.map(podContainerName));
  const targets = over.map((one) => targetOf(known, one));
  const at = targets.findIndex((target, place) => !names.has(target) || targets.indexOf(target) < place);
  if (at < 0) return undefined;
  const shown = over[at]!.name ?? UNNAMED;
  return names.has(targets[at]!)
    ? refuseWrapped(`The container name: ${shown} must be unique in multi-container job.`)
    : refuse(`Container ${shown} is not defined in the job definition.`);
};

const overrideAll = (
  known: readonly PodContainer[],
  over: readonly PodContainerOverride[] = [],
): readonly PodContainer[] => {
  const byTarget = new Map(over.map((one) => [targetOf(known, one), one]));
  return known.map((container) => {
    const own = byTarget.get(podContainerName(container));
    return own ? overrideOne(container, own) : container;
  });
};

const overrideOne = (container: PodContainer, over: PodContainerOverride): PodContainer => {
  const resources = over.resources && overrideResources(container.resources ?? {}, over.resources);
  return {
    ...container,
    ...(over.image && { image: over.image }),
    command: over.command?.length ? over.command : container.command,
    args: over.args?.length ? over.args : container.args,
    env: mergeByName(container.env, over.env ?? []),
    ...(resources && { resources }),
  };
};

/** What is asked of a resource here replaces all that was asked of it. */
const overrideResources = (
  { limits, requests }: PodResources,
  { limits: newLimits, requests: newRequests }: PodResources,
): PodResources => {
  const given = new Set([...Object.keys(newLimits ?? {}), ...Object.keys(newRequests ?? {})]);
  const kept = (side: Readonly<Record<string, string>> | undefined) =>
    Object.fromEntries(Object.entries(side ?? {}).filter(([type]) => !given.has(type)));
  const [allLimits, allRequests] = [
    { ...kept(limits), ...newLimits },
    { ...kept(requests), ...newRequests },
  ];
  return {
    ...(Object.keys(allLimits).length > 0 && { limits: allLimits }),
    ...(Object.keys(allRequests).length > 0 && { requests: allRequests }),
  };
};

const mergeMetadata = (base: PodMetadata, over: PodMetadata): PodMetadata => ({
  ...base,
  ...over,
  ...((base.labels ?? over.labels) && { labels: { ...base.labels, ...over.labels } }),
  ...((base.annotations ?? over.annotations) && {
    annotations: { ...base.annotations, ...over.annotations },
  }),
});
