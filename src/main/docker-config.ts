import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { PullPolicy } from '../engines/docker/launch.ts';
import type { EfsFolders } from '../engines/efs.ts';
import { isFolder } from '../engines/folders.ts';
import { readSecrets } from '../engines/secrets.ts';
import { type DockerConfig, parseEfs, UsageError } from './config.ts';
import { lostAfter } from './lost-after.ts';

/** The flags of `serve` that concern containers, as they were given. */
export interface DockerOptions {
  readonly dockerHost?: readonly string[];
  readonly hostLostAfter?: string;
  readonly network?: string;
  readonly pull: string;
  readonly secrets?: string;
  readonly refuse?: string;
  readonly allowMounts?: string;
  readonly efs?: readonly string[];
}

/** Flags first, then the variables that the docker command goes by too. */
export const dockerConfig = (options: DockerOptions, env: NodeJS.ProcessEnv): DockerConfig => {
  const refused = refusals(options.refuse);
  const mounts = options.allowMounts
    ?.split(',')
    .filter(Boolean)
    .map((folder) => resolve(folder));
  const hosts = hostsOf(options.dockerHost, env.DOCKER_HOST);
  if (mounts && hosts.some(isElsewhere)) throw new UsageError(ELSEWHERE);
  return {
    hosts,
    ...(options.hostLostAfter !== undefined && { hostLostAfter: lostAfter(options.hostLostAfter) }),
    tlsVerify: Boolean(env.DOCKER_TLS_VERIFY),
    certPath: env.DOCKER_CERT_PATH || configFolder(env),
    network: networkOf(options.network, refused.has('host-network')),
    permissions: {
      privileged: !refused.has('privileged'),
      devices: !refused.has('devices'),
      mounts: mounts ?? (refused.has('mounts') ? [] : undefined),
    },
    pull: pullPolicy(options.pull),
    ...(options.secrets !== undefined && { secretsFile: checkedSecrets(options.secrets) }),
    ...(options.efs && { efs: efsFolders(options.efs, hosts) }),
    configFolder: configFolder(env),
  };
};

/** Whether its folders are another machine's. */
export const isElsewhere = (host: string): boolean => !host.startsWith('unix:');

const hostsOf = (given: readonly string[] = [], fromEnv: string | undefined): readonly string[] => {
  const hosts = given.filter(Boolean);
  const twice = hosts.find((host, at) => hosts.indexOf(host) < at);
  if (twice !== undefined) throw new UsageError(`--docker-host names ${twice} twice`);
  if (hosts.length > 0) return hosts;
  return fromEnv ? [fromEnv] : [];
};

const ELSEWHERE =
  '--allow-mounts needs a daemon on this machine (unix://): where links lead on another cannot be looked at; --refuse mounts works with any';

const REFUSALS = ['privileged', 'devices', 'mounts', 'host-network'];

const refusals = (text: string | undefined): Set<string> => {
  const given = (text ?? '').split(',').filter(Boolean);
  const unknown = given.find((word) => word !== 'all' && !REFUSALS.includes(word));
  if (unknown !== undefined) {
    throw new UsageError(`--refuse takes ${REFUSALS.join(', ')} or all, got '${unknown}'`);
  }
  return new Set(given.includes('all') ? REFUSALS : given);
};

const networkOf = (given: string | undefined, isHostRefused: boolean): string => {
  if (given === 'host' && isHostRefused)
    throw new UsageError('--network host and --refuse host-network contradict');
  if (given?.startsWith('container:')) throw new UsageError('--network takes no other container');
  return given ?? (isHostRefused ? 'bridge' : 'host');
};

const pullPolicy = (text: string): PullPolicy => {
  if (text === 'absent' || text === 'always' || text === 'never') return text;
  throw new UsageError(`--pull takes absent, always or never, got '${text}'`);
};

/** Said at once, and not by the first job; of several hosts that are all elsewhere nobody here can say. */
const efsFolders = (texts: readonly string[], hosts: readonly string[]): EfsFolders => {
  const folders = parseEfs(texts);
  if (hosts.length > 1 && hosts.every(isElsewhere)) return folders;
  for (const [name, folder] of folders)
    if (!isFolder(folder)) throw new UsageError(`--efs: ${folder}, which stands for ${name}, is no folder`);
  return folders;
};

/** Read once at the start, so that a file that cannot be used is said at once and not by the first job. */
const checkedSecrets = (path: string): string => {
  const file = resolve(path);
  try {
    readSecrets(file);
  } catch (error) {
    throw new UsageError(`--secrets: ${(error as Error).message}`);
  }
  return file;
};

const configFolder = (env: NodeJS.ProcessEnv): string =>
  env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker');
