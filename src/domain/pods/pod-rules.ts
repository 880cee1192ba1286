import { checkEnvironment } from '../container-rules.ts';
import { type Refusal, refuseWrapped } from '../refusal.ts';
import { checkMetadata } from './metadata-rules.ts';
import { type EksInput, type PodContainerInput, type PodInput, podContainerName, UNNAMED } from './pod.ts';
import { checkPodResources } from './resource-rules.ts';

const MOST_CONTAINERS = 10;

type Rule = (pod: PodInput) => Refusal | undefined;

/** What `eksProperties` of a definition must be (T-348 to T-361). The first fault counts. */
export const checkEks = ({ podProperties: pod = {} }: EksInput): Refusal | undefined => {
  for (const rule of RULES) {
    const wrong = rule(pod);
    if (wrong) return wrong;
  }
  return undefined;
};

const all = ({ containers = [], initContainers = [] }: PodInput): readonly PodContainerInput[] => [
  ...containers,
  ...initContainers,
];

/** Rule T-348. */
const count: Rule = ({ containers = [], initContainers = [] }) => {
  if (containers.length === 0) return refuseWrapped('Containers must be provided for Batch on EKS jobs.');
  if (containers.length > MOST_CONTAINERS)
    return refuseWrapped(`Number of containers must be between 1 and ${MOST_CONTAINERS}`);
  return initContainers.length > MOST_CONTAINERS
    ? refuseWrapped(`Number of initContainers must be between 0 and ${MOST_CONTAINERS}`)
    : undefined;
};

/** Rule T-349: a pod's containers, of either kind, share their names. */
const names: Rule = (pod) => {
  const known = all(pod).map(podContainerName);
  const twice = all(pod).find((container, at) => known.indexOf(podContainerName(container)) < at);
  return (
    twice &&
    refuseWrapped(`The container name: ${twice.name ?? UNNAMED} must be unique in multi-container job.`)
  );
};

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];

const containers: Rule = (pod) => {
  for (const { image, imagePullPolicy: policy, env, resources } of all(pod)) {
    if (!image) return refuseWrapped('Container Image must be provided for Batch on EKS jobs.');
    if (policy !== undefined && !PULL_POLICIES.includes(policy))
      return refuseWrapped('Unsupported image pull policy value.');
    const wrong = checkEnvironment(env) ?? checkPodResources(resources);
    if (wrong) return wrong;
  }
  return undefined;
};

const DNS_POLICIES = ['Default', 'ClusterFirst', 'ClusterFirstWithHostNet'];

const dns: Rule = ({ dnsPolicy: policy }) =>
  policy === undefined || DNS_POLICIES.includes(policy)
    ? undefined
    : refuseWrapped('Unsupported DNS policy value.');

const SOURCES = ['hostPath', 'emptyDir', 'secret', 'persistentVolumeClaim'] as const;

/** Rules T-356, T-361. */
const volumes: Rule = ({ volumes: given = [] }) => {
  for (const volume of given) {
    if (SOURCES.filter((source) => volume[source] !== undefined).length > 1)
      return refuseWrapped(
        'When the volume parameter is specified, only one volume configuration type should be used.',
      );
    const { medium = '', sizeLimit } = volume.emptyDir ?? {};
    if (medium !== '' && medium !== 'Memory')
      return refuseWrapped('Invalid Volume mount. Allowed values - Memory or null.');
    if (sizeLimit !== undefined && !/^[1-9]\d{0,9}Mi$/.test(sizeLimit))
      return refuseWrapped('Invalid empty dir size limit.');
  }
  return undefined;
};

/** Rule T-361. */
const mounts: Rule = (pod) => {
  const known = new Set((pod.volumes ?? []).map(({ name }) => name));
  const lost = all(pod)
    .flatMap(({ volumeMounts = [] }) => volumeMounts)
    .find(({ name }) => !known.has(name));
  return lost && refuseWrapped(`The volume mount ${lost.name ?? ''} must reference a defined volume.`);
};

const RULES: readonly Rule[] = [
  count,
  names,
  containers,
  dns,
  volumes,
  mounts,
  ({ metadata }) => checkMetadata(metadata),
];
