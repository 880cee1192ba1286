import { type Json, listOf, mapOf, objectOf, textOf } from '../json.ts';
import { LABEL } from '../names.ts';
import { quantityOf } from '../quantity.ts';

/** What somebody's pod takes of its node. */
export interface ForeignPod {
  readonly uid: string;
  readonly nodeName: string;
  readonly asks: Asks;
}

export interface Asks {
  /** Whole, as bytes are: so sums are exact. */
  readonly milliVcpus: number;
  readonly bytes: number;
  readonly gpus: number;
}

export const NO_ASKS: Asks = { milliVcpus: 0, bytes: 0, gpus: 0 };

/** Undefined of a pod that takes nothing of any node, for it is over or not bound, and of ours, which the scheduler counts. */
export const foreignPodOf = (
  value: unknown,
  { dataId, gpuResource }: { readonly dataId: string; readonly gpuResource: string },
): ForeignPod | undefined => {
  const { metadata, spec, status } = objectOf(value);
  const [uid, nodeName] = [textOf(objectOf(metadata).uid), textOf(objectOf(spec).nodeName)];
  const isOver = ['Succeeded', 'Failed'].includes(textOf(objectOf(status).phase) ?? '');
  const isOurs = mapOf(objectOf(metadata).labels)[LABEL.data] === dataId;
  if (uid === undefined || nodeName === undefined || isOver || isOurs) return undefined;
  return { uid, nodeName, asks: effectiveAsks(objectOf(spec), gpuResource) };
};

/**
 * Rule K-137, as the scheduler counts: the larger of what the containers ask together and of what an init container asks while
 * it runs, each with the sidecars (init containers that always start again) that stand before it; and the overhead.
 */
const effectiveAsks = (spec: Json, gpuResource: string): Asks => {
  const asksOf = (container: unknown): Asks =>
    asksIn(objectOf(objectOf(container).resources).requests, gpuResource);
  let [sidecars, init] = [NO_ASKS, NO_ASKS];
  for (const container of listOf(spec.initContainers)) {
    const asks = asksOf(container);
    if (objectOf(container).restartPolicy === 'Always') sidecars = plus(sidecars, asks);
    else init = larger(init, plus(sidecars, asks));
  }
  const running = listOf(spec.containers).map(asksOf).reduce(plus, sidecars);
  const whole = asksOfPod(spec, larger(running, larger(init, sidecars)), gpuResource);
  return plus(whole, asksIn(spec.overhead, gpuResource));
};

/** A pod may say itself what it asks of CPU and memory. */
const asksOfPod = (spec: Json, asks: Asks, gpuResource: string): Asks => {
  const requests = objectOf(objectOf(spec.resources).requests);
  const own = asksIn(requests, gpuResource);
  return {
    milliVcpus: 'cpu' in requests ? own.milliVcpus : asks.milliVcpus,
    bytes: 'memory' in requests ? own.bytes : asks.bytes,
    gpus: asks.gpus,
  };
};

/** What a fraction's binary form may be too large by. */
const A_LITTLE = 1e-6;

const asksIn = (value: unknown, gpuResource: string): Asks => {
  const requests = mapOf(value);
  return {
    milliVcpus: Math.ceil(quantityOf(requests.cpu) * 1000 - A_LITTLE),
    bytes: Math.ceil(quantityOf(requests.memory)),
    gpus: quantityOf(requests[gpuResource]),
  };
};

export const plus = (a: Asks, b: Asks): Asks => ({
  milliVcpus: a.milliVcpus + b.milliVcpus,
  bytes: a.bytes + b.bytes,
  gpus: a.gpus + b.gpus,
});

const larger = (a: Asks, b: Asks): Asks => ({
  milliVcpus: Math.max(a.milliVcpus, b.milliVcpus),
  bytes: Math.max(a.bytes, b.bytes),
  gpus: Math.max(a.gpus, b.gpus),
});
