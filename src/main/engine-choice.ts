import { type Address, DEFAULT_ADDRESS } from '../engines/docker/address.ts';
import { DockerClient } from '../engines/docker/client.ts';
import { EVERYTHING } from '../engines/mounts.ts';
import { ProcessEngine } from '../engines/process/engine.ts';
import type { Timers } from '../lib/clock.ts';
import { OutputStore } from '../output/output.ts';
import { type ChosenEngine, type EngineParts, idOf } from './chosen-engine.ts';
import { type Config, type DockerConfig, UsageError } from './config.ts';
import { machineCapacity } from './machine.ts';
import { addressIn, openDocker } from './open-docker.ts';
import { openKubernetes } from './open-kubernetes.ts';

/** What an operator gets who said nothing of Docker. */
export const DOCKER_DEFAULTS: DockerConfig = {
  hosts: [],
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
export const chooseEngine = async (parts: EngineParts): Promise<ChosenEngine> => {
  const { config, ran } = parts;
  const docker = config.docker ?? DOCKER_DEFAULTS;
  if (config.engine === 'process') return openProcesses(parts, '');
  if (config.engine === 'docker') return openDocker(parts, docker);
  if (config.engine === 'kubernetes') return openKubernetes(parts, config.kubernetes!, docker);
  if (ran === 'kubernetes')
    throw new UsageError(
      `the jobs of ${config.dataDir} ran in a cluster: say --engine kubernetes, or which engine runs them now`,
    );
  if (config.runAs) {
    if (ran === 'docker') throw ranInDocker('--run-as asks for processes', config);
    return openProcesses(parts, `--run-as asks for processes: ${AS_PROCESSES}`);
  }
  // several are no guess
  if (docker.hosts.length > 1) return openDocker(parts, docker);
  const [where = DEFAULT_ADDRESS] = docker.hosts;
  if (await answers(addressIn(docker, where), parts.timers)) {
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

/** `note` is what led here, for the first lines. */
const openProcesses = async (parts: EngineParts, note: string): Promise<ChosenEngine> => {
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
