import { userInfo } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { Resources } from '../domain/container.ts';
import { perSecondIn, usualBurst } from '../domain/own-limits.ts';
import { DAY_MILLISECONDS, LEAST_KEEP_MILLISECONDS } from '../domain/retention-periods.ts';
import type { AddressSettings } from '../engines/docker/address.ts';
import type { PullPolicy } from '../engines/docker/launch.ts';
import type { EfsFolders } from '../engines/efs.ts';
import type { GrowthGroup } from '../engines/kubernetes/nodes/growth.ts';
import type { Permissions } from '../engines/mounts.ts';
import type { MemoryMode } from '../engines/process/memory-limits.ts';
import type { Rate } from '../lib/buckets.ts';

/** Everything a server is started with: read once, never changed. */
export interface Config {
  /** Absolute. */
  readonly dataDir: string;
  /** Though it lies on a network's file system. */
  readonly dataAnyway?: boolean;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** A listening socket that is taken instead: its descriptor. */
  readonly handed?: number;
  /** `any`: signatures for every region are taken, ARNs say us-east-1. */
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
  /** The program's own; told by the server. */
  readonly version?: string;
  /** Undefined: the machine's own. */
  readonly capacity?: Resources;
  /** How long an instance without a task stays, above its environment's minimum. */
  readonly idleGraceSeconds?: number;
  /** How long before a Spot instance is taken away its tasks' logs say so. */
  readonly spotWarningSeconds?: number;
  /** PATH of the jobs. */
  readonly path: string;
  readonly runAs?: { readonly uid: number; readonly gid: number };
  readonly memoryMode?: MemoryMode;
  /** How long finished jobs are kept; undefined: for ever. */
  readonly keepMilliseconds?: number;
  /** Beside changes and refusals: reads, too; and `strict`, nothing is changed while the audit's files cannot be written. */
  readonly audit?: readonly AuditMode[];
  /** How long the audit's files are kept. */
  readonly auditMilliseconds?: number;
  /** Of each principal but root; undefined: nobody is limited. */
  readonly rate?: Rate;
  /** Undefined: Docker when it answers, processes otherwise. */
  readonly engine?: EngineName;
  readonly docker?: DockerConfig;
  readonly kubernetes?: KubernetesConfig;
  /** Chosen by the operator before the first start. */
  readonly rootKey?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export type AuditMode = 'reads' | 'strict';

export type EngineName = 'process' | 'docker' | 'kubernetes';

/** How the docker engine reaches its daemons, and what jobs may do and have with either engine. */
export interface DockerConfig extends Omit<AddressSettings, 'host'> {
  /** `unix://PATH` or `tcp://HOST:PORT`; none: the usual socket. With more than one each is a host. */
  readonly hosts: readonly string[];
  /** How long one of several may be silent before its jobs are told lost, in seconds, when that was said. */
  readonly hostLostAfter?: number | 'never';
  /** `host`, `bridge`, `none` or a network's name. */
  readonly network: string;
  readonly permissions: Permissions;
  readonly pull: PullPolicy;
  /** Absolute. */
  readonly secretsFile?: string;
  /** Folders that stand for file systems. */
  readonly efs?: EfsFolders;
  /** Where Docker's own config.json is. */
  readonly configFolder: string;
}

/** How a cluster is reached, and what its pods are given. */
export interface KubernetesConfig {
  /** Where kubeconfigs and the way out of a pod are looked for. */
  readonly environment: NodeJS.ProcessEnv;
  /** Absolute; undefined: $KUBECONFIG, else ~/.kube/config. */
  readonly kubeconfig?: string;
  /** Undefined: the current one, or the cluster that this runs in. */
  readonly context?: string;
  readonly mayBeInsecure: boolean;
  /** Undefined: the context's own. */
  readonly namespace?: string;
  /** How long a node may be silent before its jobs are lost, in seconds. */
  readonly lostAfter: number | 'never';
  /** Left to others of each node, where it is not seen what they use. */
  readonly nodeReserve?: Resources;
  /** What an autoscaler adds. */
  readonly growth: readonly GrowthGroup[];
  readonly network: 'pod' | 'host';
  /** No job may have its node's network, not even one that says its pod itself. */
  readonly refusesHostNetwork: boolean;
  readonly gpuResource: string;
  /** A job may use no more vCPUs than it asks for. */
  readonly cpuLimit: boolean;
  readonly priorityClass?: string;
  /** By jobRoleArn, or the role's name. */
  readonly serviceAccounts: ReadonlyMap<string, string>;
  /** By the file system's id. */
  readonly volumeClaims: ReadonlyMap<string, string>;
}

export const DEFAULT_PORT = 8585;

/** What a person did wrong: one line on stderr, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The folder of `--data`, else the default one; absolute. An empty one would be the folder one happens to stand in. */
export const dataDirOf = (data: string | undefined, environment: NodeJS.ProcessEnv): string => {
  if (data === '') throw new UsageError("--data takes a folder, got ''");
  return resolve(data ?? defaultDataDir(environment));
};

/** `$LONGSHORE_DATA`, or `.longshore` at home; an empty variable is as good as none. */
export const defaultDataDir = (environment: NodeJS.ProcessEnv): string => {
  if (environment.LONGSHORE_DATA) return environment.LONGSHORE_DATA;
  try {
    // what homedir gives is $HOME, an empty one too
    return join(environment.HOME || userInfo().homedir, '.longshore');
  } catch {
    throw new UsageError('there is no home folder: set LONGSHORE_DATA, or give --data DIR');
  }
};

const USUAL_PATH = '/usr/local/bin:/usr/bin:/bin';
/** Folders that `npm run` and `npx` put before the PATH of what they start. */
const OF_NPM = /\/node_modules\/\.bin\/?$|\/node-gyp-bin\/?$/;

/** The server's PATH, less what npm put before it: what the machine has, whoever started the server. */
export const jobPath = ({ PATH = '', npm_execpath: npm }: NodeJS.ProcessEnv): string => {
  const folders = PATH.split(delimiter);
  const first = npm ? folders.findIndex((folder) => !OF_NPM.test(folder)) : 0;
  return (first < 0 ? '' : folders.slice(first).join(delimiter)) || USUAL_PATH;
};

/** `vcpus=4,memory=16GiB` (or MiB), and `gpus=N` where the engine can give some. */
export const parseCapacity = (text: string): Resources => {
  const parts = new Map(text.split(',').map((part) => part.split('=', 2) as [string, string]));
  const milliVcpus = Math.round(Number(parts.get('vcpus')) * 1000);
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(MiB|GiB)$/.exec(parts.get('memory') ?? '') ?? [];
  const memoryMiB = Math.floor(Number(amount) * (unit === 'GiB' ? 1024 : 1));
  // an empty number would be 0
  const gpus = Number((parts.get('gpus') ?? '0') || Number.NaN);
  const unknown = [...parts.keys()].find((key) => !['vcpus', 'memory', 'gpus'].includes(key));
  if (!(gpus >= 0 && Number.isSafeInteger(gpus))) {
    throw new UsageError(`--capacity takes a whole number of gpus, got '${text}'`);
  }
  if (!(milliVcpus > 0 && Number.isSafeInteger(milliVcpus)) || !(memoryMiB > 0) || unknown !== undefined) {
    throw new UsageError(`--capacity takes vcpus=N,memory=NGiB (or NMiB) and gpus=N, got '${text}'`);
  }
  return { milliVcpus, memoryMiB, gpus };
};

/** `7d`, `36h`, at least 24 hours; undefined for `forever`. */
export const parseKeep = (text: string): number | undefined => {
  if (text === 'forever') return undefined;
  const [, amount, unit] = /^(\d{1,6})(d|h)$/.exec(text) ?? [];
  const milliseconds = Number(amount) * (unit === 'd' ? 24 : 1) * 3_600_000;
  if (!(milliseconds >= LEAST_KEEP_MILLISECONDS)) {
    throw new UsageError(`--keep-jobs takes days (7d), hours (at least 24h) or forever, got '${text}'`);
  }
  return milliseconds;
};

/** `reads`, `strict`, or both with a comma. */
export const parseAudit = (text: string): AuditMode[] =>
  text.split(',').map((word) => {
    if (word === 'reads' || word === 'strict') return word;
    throw new UsageError(`--audit takes reads, strict or both, with a comma, got '${text}'`);
  });

/** Beyond loopback, where nothing was said (rule A-225). */
const USUAL_RATE: Rate = { perSecond: 50, burst: 200 };

/** `--rate 50/s` and `--burst 200`, four times the rate where only that is said; undefined: nobody is limited. */
export const parseRate = (
  rate: string | undefined,
  burst: string | undefined,
  host: string,
): Rate | undefined => {
  if (rate === undefined && burst !== undefined) throw new UsageError('--burst goes with --rate');
  if (rate === undefined) return /^(127\.|::1$|localhost$)/.test(host) ? undefined : USUAL_RATE;
  const perSecond = perSecondIn(rate);
  if (perSecond === undefined)
    throw new UsageError(`--rate takes requests a second such as 50/s, got '${rate}'`);
  const most = burst === undefined ? usualBurst(perSecond) : Number(burst);
  if (!(Number.isInteger(most) || burst === undefined) || !(most >= 1))
    throw new UsageError(`--burst takes a whole number of at least 1, got '${burst}'`);
  return { perSecond, burst: most };
};

/** `90d`; in milliseconds. */
export const parseKeepAudit = (text: string): number => {
  const [, days] = /^(\d{1,5})d$/.exec(text) ?? [];
  if (!(Number(days) >= 1)) throw new UsageError(`--keep-audit takes days, such as 90d, got '${text}'`);
  return Number(days) * DAY_MILLISECONDS;
};

const MOST_SECONDS = 999_999_999;

/** `fs-0123=/mnt/efs`, `fs-0123:fsap-4=/mnt/efs/a`, `*=/mnt/all`: folders that are there, absolute. */
export const parseEfs = (texts: readonly string[]): EfsFolders => {
  const folders = new Map<string, string>();
  for (const text of texts) {
    const [, name = '', folder = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (!/^(\*|fs-[0-9a-z-]+(:fsap-[0-9a-z-]+)?)$/i.test(name) || folder === '')
      throw new UsageError(`--efs takes fs-…=DIR, fs-…:fsap-…=DIR or *=DIR, got '${text}'`);
    if (folders.has(name)) throw new UsageError(`--efs names ${name} twice`);
    folders.set(name, resolve(folder));
  }
  return folders;
};

/** A whole number of seconds, 0 among them. */
export const parseSeconds = (flag: string, text: string): number => {
  if (!/^\d+$/.test(text) || Number(text) > MOST_SECONDS)
    throw new UsageError(`${flag} takes a whole number of seconds, at most ${MOST_SECONDS}, got '${text}'`);
  return Number(text);
};

export const parsePort = (text: string): number => {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new UsageError(`--port takes a number from 0 to 65535, got '${text}'`);
  return port;
};

export const parseAccount = (text: string): string => {
  if (!/^\d{12}$/.test(text)) throw new UsageError(`--account takes twelve digits, got '${text}'`);
  return text;
};

export const parseRegion = (text: string): string => {
  if (!/^[a-z]{2}(-[a-z]+)+-\d$|^any$/.test(text)) {
    throw new UsageError(`--region takes a region such as us-east-1, or any, got '${text}'`);
  }
  return text;
};

export const parseEngine = (text: string): EngineName => {
  if (text === 'process' || text === 'docker' || text === 'kubernetes') return text;
  throw new UsageError(`--engine takes docker, process or kubernetes, got '${text}'`);
};
