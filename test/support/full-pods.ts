import { EKS, EKS_RESOURCES } from './eks.ts';

/* Requests that have every member of what is pods. */

type Json = Readonly<Record<string, unknown>>;

export const POD_ENVIRONMENT: Json = {
  computeEnvironmentName: 'pods',
  type: 'MANAGED',
  eksConfiguration: EKS,
  computeResources: EKS_RESOURCES,
};

const RESOURCES = {
  limits: { cpu: '1', memory: '256Mi' },
  requests: { cpu: '1', memory: '256Mi' },
};
const SAID = {
  command: ['/bin/sh', '-c'],
  args: ['exit 0'],
  env: [{ name: 'A', value: 'b' }],
  resources: RESOURCES,
};
const SECURITY = {
  runAsUser: 1000,
  runAsGroup: 1001,
  privileged: false,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
};
const CONTAINER = {
  name: 'main',
  image: 'busybox:1',
  imagePullPolicy: 'IfNotPresent',
  ...SAID,
  volumeMounts: [{ name: 'scratch', mountPath: '/scratch', subPath: 'of-it', readOnly: true }],
  securityContext: SECURITY,
};
const METADATA = { labels: { team: 'red' }, annotations: { note: 'seen' }, namespace: 'jobs' };

const POD = {
  serviceAccountName: 'worker',
  hostNetwork: false,
  dnsPolicy: 'Default',
  imagePullSecrets: [{ name: 'registry' }],
  containers: [CONTAINER],
  initContainers: [{ ...CONTAINER, name: 'first' }],
  volumes: [
    { name: 'scratch', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
    { name: 'folder', hostPath: { path: '/srv' } },
    { name: 'words', secret: { secretName: 'words', optional: true } },
    { name: 'claim', persistentVolumeClaim: { claimName: 'data', readOnly: true } },
  ],
  metadata: METADATA,
  shareProcessNamespace: true,
};

export const POD_DEFINITION = {
  jobDefinitionName: 'pod',
  type: 'container',
  eksProperties: { podProperties: POD },
};

/** Ranges take of a pod what a plain job takes. */
export const POD_RANGES = {
  jobDefinitionName: 'pod-nodes',
  type: 'multinode',
  nodeProperties: {
    numNodes: 2,
    mainNode: 0,
    nodeRangeProperties: [{ targetNodes: '0:1', eksProperties: { podProperties: POD } }],
  },
};

const OVERRIDE = {
  podProperties: {
    containers: [{ name: 'main', image: 'busybox:2', ...SAID }],
    initContainers: [{ name: 'first', image: 'busybox:2', ...SAID }],
    metadata: METADATA,
  },
};

export const POD_SUBMIT = {
  jobName: 'pod',
  jobQueue: 'pods',
  jobDefinition: 'pod',
  eksPropertiesOverride: OVERRIDE,
};

export const POD_RANGES_SUBMIT = {
  jobName: 'pod-nodes',
  jobQueue: 'pods',
  jobDefinition: 'pod-nodes',
  nodeOverrides: { nodePropertyOverrides: [{ targetNodes: '0:1', eksPropertiesOverride: OVERRIDE }] },
};
