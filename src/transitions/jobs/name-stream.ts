import type { ContainerSpec } from '../../domain/container.ts';
import { DEFAULT_GROUP, logStreamName, splitStream } from '../../domain/log-stream.ts';
import type { Service } from '../../service/service.ts';
import { rememberGroup } from '../../store/log-streams.ts';
import type { Tx } from '../../store/store.ts';

/** Names a task's log stream; a group of the job's own is there from then on, as whoever reads it expects (J-322). */
export const nameStream = async (
  service: Service,
  tx: Tx,
  definitionName: string,
  taskId: string,
  container: Pick<ContainerSpec, 'logConfiguration'>,
): Promise<string> => {
  const stream = logStreamName(definitionName, taskId, container.logConfiguration);
  const { group } = splitStream(stream);
  if (group !== DEFAULT_GROUP) await rememberGroup(tx, group, service.clock.wall());
  return stream;
};
