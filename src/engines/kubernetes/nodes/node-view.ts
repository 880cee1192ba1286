import type { Resources } from '../../../domain/container.ts';
import type { HostView } from '../../../domain/host.ts';
import { BATCH_NODE } from '../names.ts';
import type { Node } from '../objects.ts';
import { quantityOf } from '../quantity.ts';
import type { ForeignSum } from './foreign-sums.ts';

const MEBIBYTE = 2 ** 20;
/** What a fraction's binary form may be too small by. */
const A_LITTLE = 1e-6;

/** What is to be known of a node beside the object. */
export interface NodeFacts {
  readonly gpuResource: string;
  /** What others take of it. */
  readonly foreign: ForeignSum;
  /** Why it is to take none of ours for a while, though it would. */
  readonly avoided?: string | undefined;
}

/** A node as a host. Rules K-072, K-135, K-136. */
export const hostOf = (node: Node, { gpuResource, foreign, avoided }: NodeFacts): HostView => {
  const { allocatable } = node;
  const closed = whyClosed(node);
  const why = closed ?? avoided;
  const size = {
    milliVcpus: Math.floor(quantityOf(allocatable.cpu) * 1000 + A_LITTLE),
    memoryMiB: Math.floor(quantityOf(allocatable.memory) / MEBIBYTE),
    gpus: Math.floor(quantityOf(allocatable[gpuResource])),
  };
  return {
    id: node.uid,
    name: node.name,
    size,
    foreign: takenBy(foreign),
    slots: Math.max(0, quantityOf(allocatable.pods) - foreign.pods),
    cpuIsWeight: false,
    open: why === undefined,
    ...(why !== undefined && { why }),
    standing: false,
    ...(isDraining(node) && { isDraining: true }),
    ...(closed === undefined && avoided !== undefined && { isAvoided: true }),
    ...machineOf(node),
    ...(isSpot(node.labels) && { isSpot: true }),
    ...(size.memoryMiB === 0 && { isUnmet: true }),
  };
};

const takenBy = ({ asks: { milliVcpus, bytes, gpus } }: ForeignSum): Resources => ({
  milliVcpus,
  memoryMiB: Math.ceil(bytes / MEBIBYTE),
  gpus,
});

/** Rule K-153: what labels say of its machine. */
const machineOf = ({ labels }: Node): Pick<HostView, 'type' | 'zone'> => {
  const [type, zone] = [labels['node.kubernetes.io/instance-type'], labels['topology.kubernetes.io/zone']];
  return { ...(type !== undefined && { type }), ...(zone !== undefined && { zone }) };
};

const SPOT_LABELS: Readonly<Record<string, string>> = {
  'karpenter.sh/capacity-type': 'spot',
  'eks.amazonaws.com/capacityType': 'SPOT',
  'cloud.google.com/gke-spot': 'true',
  'kubernetes.azure.com/scalesetpriority': 'spot',
};

/** Rule K-145: by whichever spelling. */
export const isSpot = (labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(SPOT_LABELS).some(([name, value]) => labels[name] === value);

/** Somebody cordoned or tainted it, and its kubelet is well. */
const isDraining = (node: Node): boolean => node.ready === 'True' && whyClosed(node) !== undefined;

/** Undefined of one that takes our pods, which tolerate no taint of these effects but those of a silent node and of one for jobs. */
export const whyClosed = ({ ready, isCordoned, taints }: Node): string | undefined => {
  if (ready === 'Unknown') return 'its kubelet does not answer';
  if (ready !== 'True') return 'it is not ready';
  if (isCordoned) return 'it is cordoned';
  const taint = taints.find(
    ({ key, effect }) => key !== BATCH_NODE && (effect === 'NoSchedule' || effect === 'NoExecute'),
  );
  return (
    taint && `it is tainted ${taint.key}${taint.value === undefined ? '' : `=${taint.value}`}:${taint.effect}`
  );
};
