import { createHash } from 'node:crypto';
import { type ContainerSpec, resourcesOf } from '../../domain/container.ts';
import { MAIN_ADDRESS_VARIABLE } from '../../domain/service-environment.ts';
import type { StartOrder } from '../engine.ts';
import type { MountPoint, Volume } from '../mounts.ts';
import type { LinuxParameters } from './support.ts';

/** The kernel takes no more: 256 vCPUs. */
const MOST_SHARES = 262_144;

/** Labels of a container: whose it is, and what of its order a later server must know. */
export const LABEL = {
  /** The data folder's id: whoever has another does not see the container. */
  data: 'longshore.data',
  task: 'longshore.task',
  job: 'longshore.job',
  attempt: 'longshore.attempt',
  /** The boot it was ordered in. */
  boot: 'longshore.boot',
  /** Devices that are pinned to it. */
  gpus: 'longshore.gpus',
  /** What the nodes of one attempt share: their containers and their network have it. */
  nodes: 'longshore.nodes',
} as const;

/** What the create body is made of beside the order. */
export interface BodyParts {
  readonly dataId: string;
  readonly bootId: string;
  /** `host`, `bridge`, `none`, or a network's name. */
  readonly network: string;
  /** Of the secrets that the container names, by variable. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Numbers of the GPUs that are its own. */
  readonly gpus: readonly number[];
  /** Of a node: it is in the network of its attempt instead. */
  readonly attachment?: Attachment;
}

/** How a node's container finds the others of its attempt, and they it. */
export interface Attachment {
  /** The network's id. */
  readonly network: string;
  /** Its own names there. */
  readonly names: readonly string[];
  /** IPv4; not of the main node, which is there itself. */
  readonly mainAddress?: string;
}

/** One container for each task of each data folder: a second create of it is refused by name. */
export const containerName = (dataId: string, taskId: string): string => `longshore-${dataId}-${taskId}`;

const MEBIBYTE = 1_048_576;
/** The daemon refuses less; the service's own agent raises it as well. */
const LEAST_MEMORY_MIB = 6;

/** The body of the Engine API's create for a task (rules J-305 to J-319, S-270 to S-291). Pure. */
export const createBody = (order: StartOrder, parts: BodyParts): Record<string, unknown> => {
  const { container } = order;
  return {
    Image: container.image,
    ...(container.command.length > 0 && { Cmd: container.command }),
    Env: environmentOf(order, parts),
    ...(container.user && { User: container.user }),
    Labels: labelsOf(order, parts),
    HostConfig: hostConfig(order, parts),
    ...(parts.attachment && { NetworkingConfig: networkingOf(parts.attachment) }),
  };
};

/** Rule J-118: the image's own are below, secrets above the container's, the service's above all. */
const environmentOf = (order: StartOrder, { secrets, attachment }: BodyParts): string[] => {
  const given = order.container.environment.map(({ name = '', value = '' }) => [name, value] as const);
  const merged = new Map<string, string>([
    ...given,
    ...Object.entries(secrets),
    ...Object.entries(order.serviceEnvironment),
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

/** What `LABEL.nodes` says; undefined of a job that has no nodes. */
export const nodesLabel = ({ node, attempt }: StartOrder): string | undefined =>
  node && `${node.job}-${attempt}`;

const networkingOf = ({ network, names }: Attachment): Record<string, unknown> => ({
  EndpointsConfig: { [network]: { Aliases: names } },
});

const hostConfig = ({ container, taskId }: StartOrder, parts: BodyParts): Record<string, unknown> => {
  const { milliVcpus, memoryMiB } = resourcesOf(container);
  const memory = Math.max(LEAST_MEMORY_MIB, memoryMiB) * MEBIBYTE;
  const linux = (container.linuxParameters ?? {}) as LinuxParameters;
  return {
    NetworkMode: parts.attachment?.network ?? parts.network,
    CpuShares: Math.min(MOST_SHARES, Math.max(2, Math.round(milliVcpus * 1.024))),
    Memory: memory,
    ...swap(linux, memory),
    ...mounts(container, parts, taskId),
    ...(container.ulimits.length > 0 && { Ulimits: ulimits(container) }),
    ...(container.privileged && { Privileged: true }),
    ...(container.readonlyRootFilesystem && { ReadonlyRootfs: true }),
    ...(linux.sharedMemorySize !== undefined && { ShmSize: linux.sharedMemorySize * MEBIBYTE }),
    ...(linux.initProcessEnabled && { Init: true }),
    ...(linux.tmpfs?.length && { Tmpfs: tmpfs(linux.tmpfs) }),
    ...(linux.devices?.length && { Devices: devices(linux.devices) }),
    ...(parts.gpus.length > 0 && {
      DeviceRequests: [{ DeviceIDs: parts.gpus.map(String), Capabilities: [['gpu']] }],
    }),
    LogConfig: logConfig(container),
  };
};

/** Rule J-315: memory and swap together are what the daemon is told; without `maxSwap` swappiness says nothing. */
const swap = ({ maxSwap, swappiness }: LinuxParameters, memory: number): Record<string, unknown> =>
  maxSwap === undefined
    ? {}
    : {
        MemorySwap: memory + maxSwap * MEBIBYTE,
        ...(swappiness !== undefined && { MemorySwappiness: swappiness }),
      };

/** Rules S-289 to S-291, S-335 to S-337: a host path is bound (and made); a volume without one goes with its task. */
const mounts = (
  container: ContainerSpec,
  parts: BodyParts,
  taskId: string,
): { Binds?: string[]; Mounts?: object[] } => {
  const binds: string[] = [];
  const volumes: object[] = [];
  const labels = { [LABEL.data]: parts.dataId, [LABEL.task]: taskId };
  for (const {
    sourceVolume,
    containerPath,
    readOnly = false,
  } of container.mountPoints as readonly MountPoint[]) {
    const volume = (container.volumes as readonly Volume[]).find(({ name }) => name === sourceVolume);
    const path = volume?.host?.sourcePath;
    if (path) {
      binds.push(`${path}:${containerPath}${readOnly ? ':ro' : ''}`);
      continue;
    }
    volumes.push({
      Type: 'volume',
      Target: containerPath,
      ReadOnly: readOnly,
      ...(sourceVolume && { Source: volumeName(parts.dataId, taskId, sourceVolume) }),
      VolumeOptions: { Labels: labels },
    });
  }
  return { ...(binds.length > 0 && { Binds: binds }), ...(volumes.length > 0 && { Mounts: volumes }) };
};

/** A file system's limit, which volumes' folders are made in. */
const LONGEST_NAME = 255;
const HASH = 32;

/** Two mount points of one volume share it, so it has a name; one that is too long ends with its hash. */
const volumeName = (dataId: string, taskId: string, name: string): string => {
  const full = `${containerName(dataId, taskId)}-${name}`;
  if (full.length <= LONGEST_NAME) return full;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH);
  return `${full.slice(0, LONGEST_NAME - HASH - 1)}-${hash}`;
};

const ulimits = (container: ContainerSpec): object[] =>
  container.ulimits.map(({ name, softLimit, hardLimit }) => ({
    Name: name,
    Soft: softLimit,
    Hard: hardLimit,
  }));

const tmpfs = (given: NonNullable<LinuxParameters['tmpfs']>): Record<string, string> =>
  Object.fromEntries(
    given.map(({ containerPath, size, mountOptions = [] }) => [
      containerPath,
      [...mountOptions, `size=${size}m`].join(','),
    ]),
  );

const LETTERS: Readonly<Record<string, string>> = { READ: 'r', WRITE: 'w', MKNOD: 'm' };

const devices = (given: NonNullable<LinuxParameters['devices']>): object[] =>
  given.map(({ hostPath, containerPath, permissions = [] }) => ({
    PathOnHost: hostPath,
    PathInContainer: containerPath || hostPath,
    CgroupPermissions: permissions.map((permission) => LETTERS[permission]).join('') || 'rwm',
  }));

/**
 * What is kept of the output is read from the daemon, so it keeps everything: a daemon's own `max-size` would throw away
 * what was not read yet. Only a job that names json-file has its own options.
 */
export const logConfig = ({
  logConfiguration,
}: ContainerSpec): { Type: string; Config: Record<string, string> } => {
  const { logDriver = 'awslogs', options = {} } = logConfiguration ?? {};
  if (logDriver === 'none') return { Type: 'none', Config: {} };
  if (logDriver === 'json-file' && Object.keys(options).length > 0) {
    return { Type: 'json-file', Config: { ...options } };
  }
  return { Type: 'json-file', Config: { 'max-size': UNLIMITED } };
};

const UNLIMITED = '1024g';

/** Whether a log of these options may lose its beginning: without `max-size` the daemon's own may hold. */
export const rotates = (config: Readonly<Record<string, string>>): boolean =>
  config['max-size'] !== UNLIMITED;
