import { MAIN_ADDRESS_VARIABLE } from '../../domain/job-variables.ts';
import type { StartOrder } from '../engine.ts';
import type { Attachment, BodyParts } from './body-parts.ts';
import { hostConfig } from './host-config.ts';
import { LABEL, nodesLabel } from './labels.ts';

/** Where `longshore run` wants its command to start, as with processes; a definition has no member for it. */
const WORKDIR = 'LONGSHORE_WORKDIR';

const workdirOf = ({ container }: StartOrder): { WorkingDir?: string } => {
  const asked = container.environment.find(({ name }) => name === WORKDIR)?.value;
  return asked ? { WorkingDir: asked } : {};
};

/** The body of the Engine API's create for a task (rules J-305 to J-319, S-270 to S-291). Pure. */
export const createBody = (order: StartOrder, parts: BodyParts): Record<string, unknown> => {
  const { container } = order;
  return {
    Image: container.image,
    ...(container.command.length > 0 && { Cmd: container.command }),
    Env: environmentOf(order, parts),
    ...(container.user && { User: container.user }),
    ...workdirOf(order),
    Labels: labelsOf(order, parts),
    HostConfig: hostConfig(order, parts),
    ...(parts.attachment && { NetworkingConfig: networkingOf(parts.attachment) }),
  };
};

/** Rule J-118: the image's own are below, secrets above the container's, the service's above all. */
const environmentOf = (order: StartOrder, { secrets, attachment }: BodyParts): string[] => {
  const given = order.container.environment
    .filter(({ name }) => name !== WORKDIR)
    .map(({ name = '', value = '' }) => [name, value] as const);
  const merged = new Map<string, string>([
    ...given,
    ...Object.entries(secrets),
    ...Object.entries(order.jobVariables),
  ]);
  if (attachment?.mainAddress !== undefined) merged.set(MAIN_ADDRESS_VARIABLE, attachment.mainAddress);
  return [...merged].map(([name, value]) => `${name}=${value}`);
};

const labelsOf = (order: StartOrder, parts: BodyParts): Record<string, string> => ({
  [LABEL.data]: parts.dataId,
  [LABEL.task]: order.taskId,
  [LABEL.job]: order.jobId,
  [LABEL.attempt]: String(order.attempt),
  [LABEL.boot]: parts.bootId,
  ...(parts.gpus.length > 0 && { [LABEL.gpus]: parts.gpus.join(',') }),
  ...(order.node && { [LABEL.nodes]: nodesLabel(order)! }),
});

const networkingOf = ({ network, names }: Attachment): Record<string, unknown> => ({
  EndpointsConfig: { [network]: { Aliases: names } },
});
