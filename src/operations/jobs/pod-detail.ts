import { splitStream } from '../../domain/log-stream.ts';
import type { EksConfiguration } from '../../domain/pods/eks-environment.ts';
import { type PodContainer, type PodProperties, podContainerName } from '../../domain/pods/pod.ts';
import type { PodContainerReport, PodReport } from '../../domain/pods/pod-report.ts';
import { taskStateOf } from '../../domain/task-state.ts';
import type { PlacedTask } from '../../store/task-rows.ts';

export interface PodFacts {
  /** The job's attempts, oldest first. */
  readonly tasks: readonly PlacedTask[];
  /** The one whose pod is shown on the job itself. */
  readonly shown: PlacedTask | undefined;
  readonly eks: (environment: number) => EksConfiguration | undefined;
}

/** What a job that is a pod shows in the place of its container and its attempts (§7.5; T-374, T-375, K-165). */
export const podDetail = (pod: PodProperties, { tasks, shown, eks }: PodFacts) => ({
  eksProperties: { podProperties: shownPod(pod, shown) },
  eksAttempts: tasks
    .filter(({ state }) => taskStateOf(state) === 'over')
    .map((task) => attemptOf(pod, task, eks(task.environment))),
});

const NOTHING: PodReport = { containers: [], initContainers: [] };

const reportOf = ({ pod }: PlacedTask): PodReport =>
  pod === null ? NOTHING : (JSON.parse(pod) as PodReport);

/** The last part of its log's name. */
const podNameOf = ({ log_stream }: PlacedTask): string => splitStream(log_stream).stream.split('/').at(-1)!;

const shownPod = (pod: PodProperties, task: PlacedTask | undefined) => {
  const report = task ? reportOf(task) : NOTHING;
  const ended = (container: PodContainer, reports: readonly PodContainerReport[]) => {
    const { exitCode, reason } = reportFor(container, reports) ?? {};
    return {
      ...container,
      ...(exitCode !== undefined && { exitCode }),
      ...(reason !== undefined && { reason }),
    };
  };
  return {
    ...pod,
    containers: pod.containers.map((one) => ended(one, report.containers)),
    initContainers: pod.initContainers.map((one) => ended(one, report.initContainers)),
    ...(task && { podName: podNameOf(task) }),
    ...(report.nodeName !== undefined && { nodeName: report.nodeName }),
  };
};

const reportFor = (
  container: PodContainer,
  reports: readonly PodContainerReport[],
): PodContainerReport | undefined => reports.find(({ name }) => name === podContainerName(container));

const attemptOf = (pod: PodProperties, task: PlacedTask, eks: EksConfiguration | undefined) => {
  const { nodeName, containers, initContainers } = reportOf(task);
  const told = (all: readonly PodContainer[], reports: readonly PodContainerReport[]) =>
    all.map((container) => ({ ...reportFor(container, reports), name: container.name }));
  const podNamespace = pod.metadata?.namespace ?? eks?.kubernetesNamespace;
  return {
    containers: told(pod.containers, containers),
    initContainers: told(pod.initContainers, initContainers),
    ...(eks && { eksClusterArn: eks.eksClusterArn }),
    podName: podNameOf(task),
    ...(podNamespace !== undefined && { podNamespace }),
    ...(nodeName !== undefined && { nodeName }),
    ...(task.started_at !== null && { startedAt: task.started_at }),
    ...(task.stopped_at !== null && { stoppedAt: task.stopped_at }),
    ...(task.status_reason !== null && { statusReason: task.status_reason }),
  };
};
