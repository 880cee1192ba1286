import { checkEnvironment } from '../container-rules.ts';
import { type Refusal, refuseWrapped } from '../refusal.ts';
import { DNS_LABEL_TEXT, isDnsLabel } from './dns-label.ts';
import { checkMetadata } from './metadata-rules.ts';
import { type EksInput, type PodContainerInput, type PodInput, podContainerName, UNNAMED } from './pod.ts';
import { checkPodResources } from './resource-rules.ts';
import { checkMounts, checkVolumes } from './volume-rules.ts';

const MOST_CONTAINERS = 10;
/** A pod has at most so many, those that come first included. */
export const MOST_OF_POD = 2 * MOST_CONTAINERS;

type Rule = (pod: PodInput) => Refusal | undefined;

const all = ({ containers = [], initContainers = [] }: PodInput): readonly PodContainerInput[] => [
  ...containers,
  ...initContainers,
];

/** What `eksProperties` of a definition must be (T-348 to T-361). The first fault counts. */
export const checkEks = ({ podProperties: pod = {} }: EksInput): Refusal | undefined => {
  for (const rule of RULES) {
    const wrong = rule(pod);
    if (wrong) return wrong;
  }
  return undefined;
};

/** Rule T-348. */
const count: Rule = ({ containers = [], initContainers = [] }) => {
  if (containers.length === 0) return refuseWrapped('Containers must be provided for Batch on EKS jobs.');
  if (containers.length > MOST_CONTAINERS)
    return refuseWrapped(`Number of containers must be between 1 and ${MOST_CONTAINERS}`);
  return initContainers.length > MOST_CONTAINERS
    ? refuseWrapped(`Number of initContainers must be between 0 and ${MOST_CONTAINERS}`)
    : undefined;
};

/** Rule T-349: a pod's containers, of either kind, share their names, which the cluster takes in one form alone. */
const names: Rule = (pod) => {
  const strange = all(pod).find((container) => !isDnsLabel(podContainerName(container)));
  if (strange) return refuseWrapped(`The container name: ${strange.name} ${DNS_LABEL_TEXT}`);
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

const RULES: readonly Rule[] = [
  count,
  names,
  containers,
  dns,
  checkVolumes,
  (pod) => checkMounts(pod, all(pod)),
  ({ metadata }) => checkMetadata(metadata),
];
