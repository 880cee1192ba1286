import { hostname } from 'node:os';
import type { Resources } from '../domain/container.ts';
import { type HostView, hostsThere, sizeOfAll } from '../domain/host.ts';
import { describeResources } from '../domain/resource-text.ts';
import { PodBodies, placeOfIn } from '../engines/kubernetes/bodies.ts';
import { chooseAccess } from '../engines/kubernetes/client/choose-access.ts';
import { KubeClient } from '../engines/kubernetes/client/client.ts';
import { ContainersLogs } from '../engines/kubernetes/logs/containers-logs.ts';
import { FOLLOW_LIMITS } from '../engines/kubernetes/logs/followed.ts';
import { PodsLogs } from '../engines/kubernetes/logs/pods-logs.ts';
import type { GrowthGroup } from '../engines/kubernetes/nodes/growth.ts';
import { NodesFollowed } from '../engines/kubernetes/nodes-followed.ts';
import { askPermits, openKubernetesEngine, type Permitted, takeLease } from '../engines/kubernetes/open.ts';
import { podLogsOf } from '../engines/kubernetes/pod-log-reads.ts';
import { PodsApi } from '../engines/kubernetes/pods-api.ts';
import { type Right, rightText } from '../engines/kubernetes/rights.ts';
import { unlessStopped } from '../lib/unless-stopped.ts';
import { OutputStore } from '../output/output.ts';
import { type ChosenEngine, type EngineParts, idOf } from './chosen-engine.ts';
import { type DockerConfig, type KubernetesConfig, UsageError } from './config.ts';
import { machineChance, machineIds } from './machine.ts';

/** The engine of a cluster. Throws UsageError when it does not start. */
export const openKubernetes = async (
  parts: EngineParts,
  kubernetes: KubernetesConfig,
  docker: DockerConfig,
): Promise<ChosenEngine> => {
  const { config, clock, timers, log, stop } = parts;
  const output = new OutputStore(config.dataDir, clock, timers, log, true);
  let client: KubeClient | undefined;
  try {
    const access = chooseAccess(choiceOf(kubernetes), clock);
    client = new KubeClient(access, timers);
    const namespace = kubernetes.namespace ?? access.namespace ?? 'default';
    return {
      output,
      ...(await unlessStopped(open(parts, { kubernetes, docker, output, client, namespace }), stop)),
    };
  } catch (error) {
    client?.close();
    if (error === stop?.reason || error instanceof UsageError) throw error;
    throw new UsageError(`the kubernetes engine does not start: ${(error as Error).message}`);
  }
};

interface Opening {
  readonly kubernetes: KubernetesConfig;
  readonly docker: DockerConfig;
  readonly output: OutputStore;
  readonly client: KubeClient;
  readonly namespace: string;
}

const open = async (parts: EngineParts, opening: Opening): Promise<Omit<ChosenEngine, 'output'>> => {
  const { clock, timers, log, folderKey } = parts;
  const { kubernetes, docker, output, client, namespace } = opening;
  const dataId = idOf('kubernetes', folderKey, 16);
  const settings = { namespace, dataId, clock, timers, chance: machineChance, log };
  const { seesForeign, lacksForLease } = await askPermits(settings, client, docker.secretsFile !== undefined);
  const lease =
    lacksForLease.length > 0
      ? undefined
      : await takeLease(settings, client, {
          host: hostname(),
          pid: process.pid,
          start: machineIds().hex(8),
        });
  const api = new PodsApi(client, namespace, dataId);
  const hosts = new NodesFollowed(settings, client, {
    seesForeign,
    reserve: seesForeign ? undefined : reserveOf(kubernetes.nodeReserve),
    gpuResource: kubernetes.gpuResource,
    growth: kubernetes.growth,
  });
  const bodies = new PodBodies({ ...podSettings(dataId, kubernetes, docker), namespace }, placeOfIn(hosts));
  const isSilent = (node: string) => hosts.isSilent(node);
  const podsLogs = new PodsLogs({
    logs: podLogsOf(api),
    clock,
    timers,
    log,
    openLog: (taskId) => output.openLog(taskId),
    limits: FOLLOW_LIMITS,
    isSilent,
    isAway: () => hosts.isAway,
  });
  const logs = new ContainersLogs(podsLogs, timers, isSilent);
  const engine = await openKubernetesEngine(settings, {
    ...{ api, bodies, logs, hosts },
    ...(lease && { lease }),
  });
  return {
    engine,
    capacity: sizeOfAll(hostsThere(engine.hosts())),
    about: aboutOf(hostsThere(engine.hosts()), client, opening, { seesForeign, lacksForLease }),
  };
};

const reserveOf = ({ milliVcpus, memoryMiB }: Resources = NOTHING) => ({
  asks: { milliVcpus, bytes: memoryMiB * 1_048_576, gpus: 0 },
  pods: 0,
});

const NOTHING: Resources = { milliVcpus: 0, memoryMiB: 0, gpus: 0 };

const choiceOf = ({ kubeconfig, context, mayBeInsecure, environment }: KubernetesConfig) => ({
  environment,
  mayBeInsecure,
  ...(kubeconfig !== undefined && { file: kubeconfig }),
  ...(context !== undefined && { context }),
});

const PULLS = { absent: 'IfNotPresent', always: 'Always', never: 'Never' } as const;

const podSettings = (dataId: string, kubernetes: KubernetesConfig, docker: DockerConfig) => ({
  dataId,
  pull: PULLS[docker.pull],
  network: kubernetes.network,
  refusesHostNetwork: kubernetes.refusesHostNetwork,
  cpuLimit: kubernetes.cpuLimit,
  gpuResource: kubernetes.gpuResource,
  hostLostAfter: kubernetes.lostAfter,
  ...(kubernetes.priorityClass !== undefined && { priorityClass: kubernetes.priorityClass }),
  permissions: docker.permissions,
  serviceAccounts: kubernetes.serviceAccounts,
  volumeClaims: kubernetes.volumeClaims,
  ...(docker.secretsFile !== undefined && { secretsFile: docker.secretsFile }),
});

const aboutOf = (
  hosts: readonly HostView[],
  { access }: KubeClient,
  { namespace, kubernetes, docker }: Opening,
  { seesForeign, lacksForLease }: Permitted,
): ChosenEngine['about'] => {
  const open = hosts.filter((host) => host.open).length;
  const notes = [
    `jobs are pods in namespace ${namespace}`,
    ...foreignNotes(seesForeign, kubernetes.nodeReserve),
    ...kubernetes.growth.map(growthNote),
    ...leaseNotes(lacksForLease),
    ...riskNotes(docker),
  ];
  return { name: 'kubernetes', detail: `${open} of ${hosts.length} nodes by ${access.about}`, notes };
};

const foreignNotes = (seesForeign: boolean, reserve: Resources | undefined): string[] => {
  if (!seesForeign) return [blindNote(reserve)];
  return reserve
    ? ['--node-reserve says nothing here: what others use of the nodes is seen, and counts']
    : [];
};

const blindNote = (reserve: Resources | undefined): string =>
  `what others use of the nodes is not seen, for this server may not list pods of the whole cluster: ${
    reserve ? `${describeResources(reserve)} of each are left to them` : 'leave them some, --node-reserve'
  }`;

const leaseNotes = (lacks: readonly Right[]): string[] =>
  lacks.length === 0
    ? []
    : [
        `a second server of this data folder on another host is not noticed, for this server may not ${lacks.map(rightText).join(', ')}`,
      ];

const growthNote = ({ name, size, max }: GrowthGroup): string =>
  `an autoscaler is taken to add up to ${max} nodes of group ${name}, each with ${describeResources(size, size.gpus > 0)} for jobs`;

const riskNotes = ({ permissions: { privileged, mounts } }: DockerConfig): string[] => {
  const open = [
    ...(privileged ? ['be privileged'] : []),
    ...(mounts === undefined ? ['mount any folder of their node'] : []),
  ];
  return open.length === 0 ? [] : [`jobs may ${open.join(', ')}; --refuse takes that away`];
};
