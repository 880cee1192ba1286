import { resolve } from 'node:path';
import type { Resources } from '../domain/container.ts';
import { type KubernetesConfig, UsageError } from './config.ts';
import type { DockerOptions } from './docker-config.ts';
import { parseGrowth } from './growth-config.ts';
import { lostAfter, USUAL_LOST_SECONDS } from './lost-after.ts';

/** The flags of `serve` that concern a cluster alone, as they were given. */
export interface KubernetesOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly insecureSkipTlsVerify?: boolean;
  readonly nodeReserve?: string;
  readonly grow?: readonly string[];
  readonly gpuResource?: string;
  readonly cpuLimit?: boolean;
  readonly priorityClass?: string;
  readonly serviceAccount?: readonly string[];
  readonly volumeClaim?: readonly string[];
}

const OWN: readonly (keyof KubernetesOptions)[] = [
  'kubeconfig',
  'context',
  'namespace',
  'insecureSkipTlsVerify',
  'nodeReserve',
  'grow',
  'gpuResource',
  'cpuLimit',
  'priorityClass',
  'serviceAccount',
  'volumeClaim',
];

/** Flags that say nothing of a cluster, by what to do instead. */
const NOT_HERE: Readonly<Record<string, string>> = {
  dockerHost: '--docker-host is for the docker engine: --context names a cluster',
  efs: '--efs is for engines with folders: --volume-claim fs-…=CLAIM stands for a file system in a cluster',
  allowMounts: '--allow-mounts is for engines of this machine: --refuse mounts works with a cluster',
  capacity:
    '--capacity is for engines of machines: nodes say what they have, and --node-reserve what is left to others',
  runAs: '--run-as is for the process engine: in a cluster a job names its user',
};

type Options = KubernetesOptions & DockerOptions & { readonly capacity?: string; readonly runAs?: string };

/** What a cluster is used by; undefined with another engine. Throws UsageError. */
export const kubernetesConfig = (
  engine: string | undefined,
  options: Options,
  environment: NodeJS.ProcessEnv,
): KubernetesConfig | undefined => {
  if (engine !== 'kubernetes') {
    const stray = OWN.find((name) => options[name] !== undefined);
    if (stray === undefined) return undefined;
    throw new UsageError(`${flagOf(stray)} is for the kubernetes engine: say --engine kubernetes`);
  }
  for (const [name, why] of Object.entries(NOT_HERE))
    if (options[name as keyof Options] !== undefined) throw new UsageError(why);
  const { kubeconfig, context, namespace, nodeReserve, priorityClass } = options;
  return {
    environment,
    mayBeInsecure: options.insecureSkipTlsVerify ?? false,
    ...(kubeconfig !== undefined && { kubeconfig: resolve(kubeconfig) }),
    ...(context !== undefined && { context }),
    ...(namespace !== undefined && { namespace: nameOf('--namespace', namespace) }),
    lostAfter: options.hostLostAfter === undefined ? USUAL_LOST_SECONDS : lostAfter(options.hostLostAfter),
    ...(nodeReserve !== undefined && { nodeReserve: parseReserve(nodeReserve) }),
    growth: parseGrowth(options.grow),
    network: networkOf(options.network, options.refuse),
    refusesHostNetwork: refusesNetwork(options.refuse),
    gpuResource: options.gpuResource ?? 'nvidia.com/gpu',
    cpuLimit: options.cpuLimit ?? false,
    ...(priorityClass !== undefined && { priorityClass }),
    serviceAccounts: pairsOf('--service-account', 'ROLE=NAME', options.serviceAccount),
    volumeClaims: pairsOf('--volume-claim', 'fs-…=CLAIM', options.volumeClaim),
  };
};

const flagOf = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const nameOf = (flag: string, text: string): string => {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new UsageError(`${flag} takes a name of lower-case letters, digits and -, got '${text}'`);
};

const refusesNetwork = (refuse = ''): boolean =>
  refuse.split(',').some((word) => word === 'all' || word === 'host-network');

const networkOf = (given: string | undefined, refuse = ''): 'pod' | 'host' => {
  if (given === undefined || given === 'pod') return 'pod';
  if (given !== 'host') throw new UsageError(`--network takes pod or host with a cluster, got '${given}'`);
  if (refusesNetwork(refuse)) throw new UsageError('--network host and --refuse host-network contradict');
  return 'host';
};

/** `vcpus=1,memory=2GiB` (or MiB), or one of them. */
const parseReserve = (text: string): Resources => {
  const parts = text
    .split(',')
    .map((part) => /^(vcpus)=(\d+(?:\.\d+)?)$|^(memory)=(\d+)(MiB|GiB)$/.exec(part));
  if (parts.includes(null) || new Set(parts.map((part) => part?.[1] ?? part?.[3])).size < parts.length)
    throw new UsageError(`--node-reserve takes vcpus=N,memory=NGiB (or NMiB), got '${text}'`);
  const [vcpus] = parts.flatMap((part) => part?.[2] ?? []);
  const [memory] = parts.flatMap((part) =>
    part?.[4] ? [Number(part[4]) * (part[5] === 'GiB' ? 1024 : 1)] : [],
  );
  return { milliVcpus: Math.round(Number(vcpus ?? 0) * 1000), memoryMiB: memory ?? 0, gpus: 0 };
};

const pairsOf = (flag: string, form: string, texts: readonly string[] = []): ReadonlyMap<string, string> => {
  const pairs = new Map<string, string>();
  for (const text of texts) {
    const [, name, value] = /^(.+)=([^=]+)$/.exec(text) ?? [];
    if (name === undefined || value === undefined)
      throw new UsageError(`${flag} takes ${form}, got '${text}'`);
    if (pairs.has(name)) throw new UsageError(`${flag} names ${name} twice`);
    pairs.set(name, value);
  }
  return pairs;
};
