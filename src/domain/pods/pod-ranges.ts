import { type Refusal, refuseWrapped } from '../refusal.ts';
import type { EksInput } from './pod.ts';

interface Range {
  readonly eksProperties?: EksInput | undefined;
}

/** Rule T-362: the nodes of one job are all pods, in one namespace, or none is. */
export const checkRanges = (ranges: readonly Range[]): Refusal | undefined => {
  const pods = ranges.flatMap(({ eksProperties: eks }) => (eks ? [eks.podProperties ?? {}] : []));
  if (pods.length === 0) return undefined;
  if (pods.length < ranges.length)
    return refuseWrapped('All node ranges of a job must have eksProperties, or none of them.');
  return new Set(pods.map(({ metadata }) => metadata?.namespace)).size > 1
    ? refuseWrapped('All node ranges of a job must have the same kubernetesNamespace.')
    : undefined;
};
