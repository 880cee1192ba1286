import type { ContainerSpec } from '../../domain/container.ts';
import { DEFAULT_GROUP, logStreamName, podStreamNames, splitStream } from '../../domain/log-stream.ts';
import type { PodProperties } from '../../domain/pods/pod.ts';
import type { Service } from '../../service/service.ts';
import { insertContainerStreams } from '../../store/container-streams.ts';
import { rememberGroup } from '../../store/log-streams.ts';
import type { Tx } from '../../store/store.ts';

/** Names a task's log stream; a group of the job's own is there from then on, as whoever reads it expects (J-322). */
export const nameStream = async (
  service: Service,
  tx: Tx,
  definitionName: string,
  taskId: string,
  { logConfiguration, podProperties: pod }: Pick<ContainerSpec, 'logConfiguration' | 'podProperties'>,
): Promise<string> => {
  if (pod) return namePodStreams(service, tx, definitionName, taskId, pod);
  const stream = logStreamName(definitionName, taskId, logConfiguration);
  const { group } = splitStream(stream);
  if (group !== DEFAULT_GROUP) await rememberGroup(tx, group, service.clock.wall());
  return stream;
};

/** The first container's is the task's own. */
const namePodStreams = async (
  { engine }: Service,
  tx: Tx,
  definitionName: string,
  taskId: string,
  pod: PodProperties,
): Promise<string> => {
  const [first, ...others] = podStreamNames(definitionName, pod, engine.pods?.nameOf(taskId) ?? taskId);
  await insertContainerStreams(tx, taskId, others);
  return first!;
};
