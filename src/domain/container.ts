import type { PodProperties } from './pods/pod.ts';

/**
 * A job's container as it was resolved at submit: the definition's, the overrides laid over it, parameters
 * put in. The members and spellings are those of `ContainerProperties` in the wire's model, kept as sent;
 * what the engines need in another form is computed from it.
 */
export interface ContainerSpec {
  readonly image?: string;
  readonly command: readonly string[];
  readonly environment: readonly { readonly name?: string; readonly value?: string }[];
  readonly vcpus?: number;
  readonly memory?: number;
  readonly resourceRequirements: readonly { readonly type: string; readonly value: string }[];
  readonly volumes: readonly Record<string, unknown>[];
  readonly mountPoints: readonly Record<string, unknown>[];
  readonly ulimits: readonly {
    readonly name: string;
    readonly softLimit: number;
    readonly hardLimit: number;
  }[];
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly jobRoleArn?: string;
  readonly executionRoleArn?: string;
  readonly user?: string;
  readonly privileged?: boolean;
  readonly readonlyRootFilesystem?: boolean;
  readonly linuxParameters?: Record<string, unknown>;
  readonly logConfiguration?: {
    readonly logDriver?: string;
    readonly options?: Readonly<Record<string, string>>;
    readonly secretOptions?: readonly unknown[];
  };
  /** Of a pod, for which the others stand: see `standInOf`. */
  readonly podProperties?: PodProperties;
  readonly [member: string]: unknown;
}

/** What a job asks of a host. A job fits where all three fit. */
export interface Resources {
  /** Thousandths of a vCPU. */
  readonly milliVcpus: number;
  readonly memoryMiB: number;
  readonly gpus: number;
}

/** What a container asks: `resourceRequirements` win over the older `vcpus` and `memory` (J-108). */
export const resourcesOf = (
  container: Pick<ContainerSpec, 'resourceRequirements' | 'vcpus' | 'memory'>,
): Resources => {
  const asked = (type: string) => container.resourceRequirements.find((r) => r.type === type)?.value;
  return {
    milliVcpus: Math.round(Number(asked('VCPU') ?? container.vcpus ?? 1) * 1000),
    memoryMiB: Number(asked('MEMORY') ?? container.memory ?? 4),
    gpus: Number(asked('GPU') ?? 0),
  };
};

/** A vCPU is 1,024 units of ECS's CPU, and shares of a container's (S-285). */
export const cpuUnits = (milliVcpus: number): number => Math.round((milliVcpus * 1024) / 1000);
