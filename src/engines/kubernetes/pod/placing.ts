import type { ContainerSpec } from '../../../domain/container.ts';
import { BATCH_NODE } from '../names.ts';
import type { PodParts, PodSettings } from './settings.ts';

const SILENCES = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** All our pods are jobs (§7.4). */
const FOR_JOBS = ['NoSchedule', 'NoExecute'].map((effect) => ({
  key: BATCH_NODE,
  operator: 'Exists',
  effect,
}));

/** Where a pod runs, and how long the cluster waits for its node (K-066). */
export const placingOf = (
  container: ContainerSpec,
  { hostLostAfter }: PodSettings,
  { nodeName, growth }: PodParts,
) => {
  const architecture = architectureOf(container);
  // on a node of another architecture it could not run, whatever its group is known by
  const nodeSelector = {
    ...growth?.labels,
    ...(architecture !== undefined && { 'kubernetes.io/arch': architecture }),
  };
  return {
    ...(nodeName !== undefined && { affinity: pinTo(nodeName) }),
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
    tolerations: [
      ...SILENCES.map((key) => ({
        key,
        operator: 'Exists',
        effect: 'NoExecute',
        ...(hostLostAfter !== 'never' && { tolerationSeconds: hostLostAfter }),
      })),
      ...FOR_JOBS,
    ],
  };
};

/** Rule K-139: by the scheduler, which knows what others have of the node; `nodeName` would pass it by. */
const pinTo = (nodeName: string): object => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodeName] }] }],
    },
  },
});

const ARCHITECTURES: Readonly<Record<string, string>> = { ARM64: 'arm64', X86_64: 'amd64' };

const architectureOf = ({ runtimePlatform }: ContainerSpec): string | undefined =>
  ARCHITECTURES[
    (runtimePlatform as { readonly cpuArchitecture?: string } | undefined)?.cpuArchitecture ?? ''
  ];
