import { createHash } from 'node:crypto';
import type { Resources } from '../domain/container.ts';
import { type Address, addressOf, DEFAULT_ADDRESS } from '../engines/docker/address.ts';
import { DockerClient } from '../engines/docker/client.ts';
import { openDockerEngine } from '../engines/docker/open.ts';
import type { Engine } from '../engines/engine.ts';
import { EVERYTHING } from '../engines/mounts.ts';
import { ProcessEngine } from '../engines/process/engine.ts';
import type { Clock, Timers } from '../lib/clock.ts';
import type { Log } from '../lib/logger.ts';
import { OutputStore } from '../output/output.ts';
import { type Config, type DockerConfig, UsageError } from './config.ts';
import { machineCapacity } from './machine.ts';

/** The engine of a server, where its tasks' output is kept, and what there is to run them. */
export interface ChosenEngine {
  readonly engine: Engine;
  readonly output: OutputStore;
  /** The machine's own vCPUs and memory: the daemon's, with Docker. */
  readonly capacity: Resources;
  /** For the first lines of `serve`: what runs the jobs, and what holds there. */
  readonly about: { readonly name: string; readonly detail: string; readonly notes: readonly string[] };
}

interface Parts {
  readonly config: Config;
  /** The engine of the folder's jobs. */
  readonly ran?: string | undefined;
  /** Secret of the data folder: what names its containers and groups is made from it. */
  readonly folderKey: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Told to stop while it still waits for a daemon. */
  readonly stop?: AbortSignal;
}

/** What an operator gets who said nothing of Docker. */
export const DOCKER_DEFAULTS: DockerConfig = {
  network: 'host',
  permissions: EVERYTHING,
  pull: 'absent',
  configFolder: '/nonexistent',
};

/** A daemon that is there answers at once. */
const PROBE_MILLISECONDS = 2000;

/**
 * The engine that was asked for; else that of the folder's jobs, for those that run would be lost with another; else Docker
 * when its daemon answers, processes otherwise.
 */
export const chooseEngine = async (parts: Parts): Promise<ChosenEngine> => {
  const { config, ran } = parts;
  const docker = config.docker ?? DOCKER_DEFAULTS;
  if (config.engine === 'process') return openProcesses(parts, '');
  if (config.engine === 'docker') return openDocker(parts, docker);
  if (config.runAs) {
    if (ran === 'docker') throw ranInDocker('--run-as asks for processes', config);
    return openProcesses(parts, `--run-as asks for processes: ${AS_PROCESSES}`);
  }
  const where = docker.host || DEFAULT_ADDRESS;
  if (await answers(address(docker), parts.timers)) {
    return ran === 'process'
      ? openProcesses(parts, `Docker answers at ${where}, but ${wereProcesses(config)}`)
      : openDocker(parts, docker);
  }
  const why = `no Docker answers at ${where}`;
  // Docker may merely be slower to boot
  if (ran === 'docker') throw ranInDocker(why, config, 'start it, or ');
  return openProcesses(parts, `${why}: ${AS_PROCESSES}`);
};

const ranInDocker = (why: string, { dataDir }: Config, cure = ''): UsageError =>
  new UsageError(`${why}, and the jobs of ${dataDir} ran in Docker: ${cure}say --engine process`);

const AS_PROCESSES = 'jobs run as processes';

const wereProcesses = ({ dataDir }: Config): string =>
  `the jobs of ${dataDir} ran as processes, and go on so: --engine docker changes that`;

/** Whether somebody answers where Docker should be. */
const answers = async (place: Address, timers: Timers): Promise<boolean> => {
  let client: DockerClient | undefined;
  try {
    client = new DockerClient(place, timers);
    await client.ping(PROBE_MILLISECONDS);
    return true;
  } catch {
    return false;
  } finally {
    client?.close();
  }
};

const address = (docker: DockerConfig): Address => {
  try {
    return addressOf(docker);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
};

/** `note` is what led here, for the first lines. */
const openProcesses = async (parts: Parts, note: string): Promise<ChosenEngine> => {
  const { config, clock, timers, log, folderKey } = parts;
  const { permissions, secretsFile, efs } = config.docker ?? DOCKER_DEFAULTS;
  const output = new OutputStore(config.dataDir, clock, timers, log);
  const engine = new ProcessEngine({
    dataDir: config.dataDir,
    dataId: idOf('process', folderKey, 8),
    path: config.path,
    clock,
    timers,
    log,
    outputPath: (taskId) => output.pathOf(taskId),
    permissions,
    gpus: config.capacity?.gpus ?? 0,
    ...(secretsFile !== undefined && { secretsFile }),
    ...(efs && { efs }),
    ...(config.runAs && { runAs: config.runAs }),
    ...(config.memoryMode && { memoryMode: config.memoryMode }),
  });
  const memory = {
    cgroup1: 'memory limits by cgroup v1',
    cgroup2: 'memory limits by cgroup v2',
    watched: 'memory limits by watching once a second, for no cgroup can be had',
  }[engine.memoryMode];
  const notes = [
    "a job's image is recorded, not used: its command runs as a local process; run and explain say what else is not used",
  ];
  if (note) notes.unshift(note);
  notes.push(mountsNote(engine.mountWay));
  if (!config.runAs) notes.push('jobs run as the user of this server and can read whatever it can');
  return { engine, output, capacity: machineCapacity(), about: { name: 'process', detail: memory, notes } };
};

const mountsNote = (way: ProcessEngine['mountWay']): string =>
  way === undefined
    ? 'a job has no mounts of its own: for that the server must be root, or user namespaces be allowed to it'
    : `a job has mounts, a tmpfs or a read-only root of its own where it asks, by ${way === 'root' ? "root's right" : way}`;

const openDocker = async (parts: Parts, docker: DockerConfig): Promise<ChosenEngine> => {
  const { config, clock, timers, log, folderKey, stop } = parts;
  if (config.runAs)
    throw new UsageError('--run-as is for the process engine: with Docker a job names its user');
  const output = new OutputStore(config.dataDir, clock, timers, log, true);
  const place = address(docker);
  try {
    const settings = {
      ...docker,
      address: place,
      dataId: idOf('docker', folderKey, 16),
      clock,
      timers,
      log,
      openLog: (taskId: string) => output.openLog(taskId),
    };
    const { engine, machine } = await openDockerEngine(settings, stop);
    const { version, ...own } = machine;
    return {
      engine,
      output,
      capacity: { ...own, gpus: 0 },
      about: { name: 'docker', detail: `${version} at ${place.text}`, notes: dockerNotes(docker) },
    };
  } catch (error) {
    if (error === stop?.reason) throw error;
    throw new UsageError(`the docker engine does not start: ${(error as Error).message}`);
  }
};

/** What an engine calls a data folder by; it tells nothing of the folder's secret. */
const idOf = (engine: string, folderKey: string, digits: number): string =>
  createHash('sha256').update(`${engine} ${folderKey}`).digest('hex').slice(0, digits);

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
