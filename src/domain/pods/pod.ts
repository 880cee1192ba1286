/**
 * `podProperties` of a definition or a job, with the members and spellings of the wire's model, kept as sent. The lists are
 * always there.
 */
export interface PodProperties {
  readonly containers: readonly PodContainer[];
  readonly initContainers: readonly PodContainer[];
  readonly volumes: readonly PodVolume[];
  readonly imagePullSecrets: readonly { readonly name?: string }[];
  readonly serviceAccountName?: string;
  /** True where nobody says otherwise (T-367). */
  readonly hostNetwork?: boolean;
  readonly dnsPolicy?: string;
  readonly shareProcessNamespace?: boolean;
  readonly metadata?: PodMetadata;
}

export interface PodContainer {
  /** Without one it is `Default`: see `podContainerName`. */
  readonly name?: string;
  readonly image?: string;
  readonly imagePullPolicy?: string;
  /** The entry point. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly PodVariable[];
  readonly resources?: PodResources;
  readonly volumeMounts: readonly PodMount[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
}

export interface PodVariable {
  readonly name?: string;
  readonly value?: string;
}

/** By `cpu`, `memory` and `nvidia.com/gpu`; what is on one side alone holds for both (T-354). */
export interface PodResources {
  readonly limits?: Readonly<Record<string, string>>;
  readonly requests?: Readonly<Record<string, string>>;
}

export interface PodMount {
  readonly name?: string;
  readonly mountPath?: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
}

export interface PodVolume {
  readonly name?: string;
  readonly hostPath?: { readonly path?: string };
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: string };
  readonly secret?: { readonly secretName?: string; readonly optional?: boolean };
  readonly persistentVolumeClaim?: { readonly claimName?: string; readonly readOnly?: boolean };
}

export interface PodMetadata {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly namespace?: string;
}

/** The same as it is sent: every member may be missing. */
export type PodInput = Partial<Omit<PodProperties, 'containers' | 'initContainers'>> & {
  readonly containers?: readonly PodContainerInput[];
  readonly initContainers?: readonly PodContainerInput[];
};

export type PodContainerInput = Partial<PodContainer>;

export interface EksInput {
  readonly podProperties?: PodInput;
}

export const UNNAMED = 'Default';

/** As a pod has it: there a name has no capitals (T-349). */
export const podContainerName = ({ name = UNNAMED }: { readonly name?: string | undefined }): string =>
  name === UNNAMED ? 'default' : name;

/** Those of a pod in the order in which their output is counted: see `containerLogId`. */
export const podContainers = <Container>({ containers, initContainers }: Containers<Container>) => [
  ...containers,
  ...initContainers,
];

interface Containers<Container> {
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
}

/** With the lists that are always there, though empty. */
export const withPodLists = (pod: PodInput): PodProperties => ({
  ...pod,
  containers: (pod.containers ?? []).map(withContainerLists),
  initContainers: (pod.initContainers ?? []).map(withContainerLists),
  volumes: pod.volumes ?? [],
  imagePullSecrets: pod.imagePullSecrets ?? [],
});

const withContainerLists = (container: PodContainerInput): PodContainer => ({
  command: [],
  args: [],
  env: [],
  volumeMounts: [],
  ...container,
});
