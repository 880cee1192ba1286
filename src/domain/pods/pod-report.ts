/** What a pod tells of itself, as far as it is known. */
export interface PodReport {
  readonly nodeName?: string;
  readonly containers: readonly PodContainerReport[];
  readonly initContainers: readonly PodContainerReport[];
}

export interface PodContainerReport {
  /** As the pod has it. */
  readonly name: string;
  /** `containerd://…`. */
  readonly containerID?: string;
  /** Of one that has ended. */
  readonly exitCode?: number;
  /** The cluster's own word: `Completed`, `Error`, `OOMKilled`, or what one waits for. */
  readonly reason?: string;
}
