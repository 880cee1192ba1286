import type { PodContainerReport, PodReport } from '../../domain/pods/pod-report.ts';
import type { Container, Pod } from './objects.ts';
import { isOfContainers, ownContainers, ownInitContainers } from './status/own.ts';

/** What a pod that a job said itself tells of itself (K-165); undefined of any other. */
export const podShown = (pod: Pod): PodReport | undefined =>
  isOfContainers(pod)
    ? {
        ...(pod.nodeName !== undefined && { nodeName: pod.nodeName }),
        containers: ownContainers(pod).map(containerShown),
        initContainers: ownInitContainers(pod).map(containerShown),
      }
    : undefined;

/** Whether the same pod tells something else by now. */
export const isShownAnew = (before: Pod, now: Pod): boolean =>
  isOfContainers(now) && JSON.stringify(podShown(before)) !== JSON.stringify(podShown(now));

const containerShown = ({ name, id, state }: Container): PodContainerReport => ({
  name,
  ...(id !== undefined && { containerID: id }),
  ...(state.kind === 'terminated' && { exitCode: state.exitCode }),
  ...(state.kind !== 'running' && state.reason !== undefined && { reason: state.reason }),
});
