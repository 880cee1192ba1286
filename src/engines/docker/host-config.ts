import { type ContainerSpec, resourcesOf } from '../../domain/container.ts';
import type { StartOrder } from '../engine.ts';
import type { LinuxParameters } from '../linux-parameters.ts';
import type { BodyParts } from './body-parts.ts';
import { logConfig } from './log-driver.ts';
import { mountConfig } from './mount-config.ts';

/** The kernel takes no more: 256 vCPUs. */
const MOST_SHARES = 262_144;

const MEBIBYTE = 1_048_576;
/** The daemon refuses less; the service's own agent raises it as well. */
const LEAST_MEMORY_MIB = 6;

/** What of a task its container is given by the host (rules J-305 to J-315). Pure. */
export const hostConfig = ({ container, taskId }: StartOrder, parts: BodyParts): Record<string, unknown> => {
  const { milliVcpus, memoryMiB } = resourcesOf(container);
  const memory = Math.max(LEAST_MEMORY_MIB, memoryMiB) * MEBIBYTE;
  const linux = (container.linuxParameters ?? {}) as LinuxParameters;
  return {
    NetworkMode: parts.attachment?.network ?? parts.network,
    CpuShares: Math.min(MOST_SHARES, Math.max(2, Math.round(milliVcpus * 1.024))),
    Memory: memory,
    ...swap(linux, memory),
    ...mountConfig(container, parts.dataId, taskId),
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
