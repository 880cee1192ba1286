import { sizeOfAll } from '../domain/host.ts';
import { type Address, addressOf, DEFAULT_ADDRESS } from '../engines/docker/address.ts';
import { freeName, type KnownHost } from '../engines/docker/hosts/known-hosts.ts';
import { openDockerHosts } from '../engines/docker/hosts/open-hosts.ts';
import { openDockerEngine } from '../engines/docker/open.ts';
import { OutputStore } from '../output/output.ts';
import { type ChosenEngine, type EngineParts, idOf } from './chosen-engine.ts';
import { type DockerConfig, UsageError } from './config.ts';
import { USUAL_LOST_SECONDS } from './lost-after.ts';

/** A daemon's address, with the certificates that all daemons share. Throws UsageError. */
export const addressIn = (docker: DockerConfig, host: string): Address => {
  try {
    return addressOf({ ...docker, host });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
};

/**
 * The engine of one daemon, or of several as hosts. A folder that had several goes on so: what runs on the others would be
 * lost at once else. Throws UsageError when it does not start.
 */
export const openDocker = async (parts: EngineParts, docker: DockerConfig): Promise<ChosenEngine> => {
  const { config, clock, timers, log, stop } = parts;
  if (config.runAs)
    throw new UsageError('--run-as is for the process engine: with Docker a job names its user');
  const output = new OutputStore(config.dataDir, clock, timers, log, true);
  const [first = DEFAULT_ADDRESS, ...others] = docker.hosts;
  const addresses = [first, ...others].map((host) => addressIn(docker, host));
  const isOfSeveral = others.length > 0 || parts.hosts.known.length > 0;
  const open = isOfSeveral ? openSeveral : openOne;
  try {
    return { output, ...(await open(parts, docker, output, addresses)) };
  } catch (error) {
    if (error === stop?.reason || error instanceof UsageError) throw error;
    throw new UsageError(`the docker engine does not start: ${(error as Error).message}`);
  }
};

type Opened = Omit<ChosenEngine, 'output'>;

const settingsOf = (
  { clock, timers, log, folderKey }: EngineParts,
  docker: DockerConfig,
  output: OutputStore,
) => ({
  ...docker,
  dataId: idOf('docker', folderKey, 16),
  clock,
  timers,
  log,
  openLog: (taskId: string) => output.openLog(taskId),
});

const openOne = async (
  parts: EngineParts,
  docker: DockerConfig,
  output: OutputStore,
  [address]: readonly Address[],
): Promise<Opened> => {
  if (docker.hostLostAfter !== undefined)
    throw new UsageError('--host-lost-after is for several --docker-host: a single daemon is waited for');
  const settings = { ...settingsOf(parts, docker, output), address: address! };
  const { engine, machine } = await openDockerEngine(settings, parts.stop);
  const { id, name, version, milliVcpus, memoryMiB } = machine;
  const capacity = { milliVcpus, memoryMiB, gpus: 0 };
  const { text } = address!;
  parts.hosts.keepSingle({ id, name: name || text, address: text, size: parts.config.capacity ?? capacity });
  return {
    engine,
    capacity,
    about: { name: 'docker', detail: `${version} at ${address!.text}`, notes: dockerNotes(docker) },
  };
};

const openSeveral = async (
  parts: EngineParts,
  docker: DockerConfig,
  output: OutputStore,
  addresses: readonly Address[],
): Promise<Opened> => {
  const { hostLostAfter = USUAL_LOST_SECONDS } = docker;
  const known = knownTo(parts);
  const settings = {
    ...settingsOf(parts, docker, output),
    known,
    keep: parts.hosts.keep,
    addresses,
    lostAfter: hostLostAfter === 'never' ? undefined : hostLostAfter * 1000,
    sizeOfEach: parts.config.capacity,
  };
  const engine = await openDockerHosts(settings, parts.stop);
  return {
    engine,
    capacity: sizeOfAll(engine.hosts()),
    about: {
      name: 'docker',
      detail: `${engine.countHeard()} of ${addresses.length} hosts`,
      notes: [...engine.about(), ...dockerNotes(docker)],
    },
  };
};

/** Those remembered; with them the one that was alone before, whose jobs may go on there. */
const knownTo = ({ hosts: { known, single, keep } }: EngineParts): readonly KnownHost[] => {
  if (!single || known.some(({ id }) => id === single.id)) return known;
  const all = [...known, { ...single, name: freeName(single.name, known) }];
  keep(all);
  return all;
};

const dockerNotes = ({ network, permissions }: DockerConfig): string[] => {
  const { privileged, devices, mounts } = permissions;
  const open = [
    ...(privileged ? ['be privileged'] : []),
    ...(devices ? ['have devices'] : []),
    ...(mounts === undefined ? ['mount any folder of the host'] : []),
    ...(network === 'host' ? ["use the host's network"] : []),
  ];
  return open.length === 0 ? [] : [`jobs may ${open.join(', ')}; --refuse takes that away`];
};
