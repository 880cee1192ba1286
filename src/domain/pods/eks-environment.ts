import type { ComputeResources } from '../environment-rules.ts';
import { type Refusal, refuseWrapped } from '../refusal.ts';
import { checkNamespace } from './metadata-rules.ts';

/** `eksConfiguration` of an environment; it never changes (T-384). */
export interface EksConfiguration {
  readonly eksClusterArn: string;
  readonly kubernetesNamespace: string;
}

/** In `extra` of an environment's row. */
export const eksOf = (extra: string): EksConfiguration | undefined =>
  (JSON.parse(extra) as { readonly eksConfiguration?: EksConfiguration }).eksConfiguration;

/** Rules E-045, E-046, T-381: what a MANAGED environment with it must be. */
export const checkEksEnvironment = (
  { eksClusterArn, kubernetesNamespace }: EksConfiguration,
  { type = '', minvCpus, allocationStrategy: strategy }: ComputeResources,
  region: string,
): Refusal | undefined => {
  if (type !== 'EC2' && type !== 'SPOT')
    return refuseWrapped('Supported compute types for EKS compute environments are [EC2, SPOT]');
  if (minvCpus === undefined) return refuseWrapped('Resource minvCpus is required.');
  if (strategy === undefined)
    return refuseWrapped('allocationStrategy is required for EKS Compute Environments.');
  if (!STRATEGIES.includes(strategy))
    return refuseWrapped(
      `Supported allocation strategies for EKS compute environments are [${STRATEGIES.join(', ')}]`,
    );
  return checkClusterArn(eksClusterArn, region) ?? checkNamespace(kubernetesNamespace, '');
};

const STRATEGIES: readonly string[] = [
  'BEST_FIT_PROGRESSIVE',
  'SPOT_CAPACITY_OPTIMIZED',
  'SPOT_PRICE_CAPACITY_OPTIMIZED',
];

const checkClusterArn = (arn: string, region: string): Refusal | undefined => {
  const [, of] = /^arn:aws[\w-]*:eks:([\w-]+):\d{12}:cluster\/[A-Za-z0-9][\w-]{0,99}$/.exec(arn) ?? [];
  if (of === undefined) return refuseWrapped('eksClusterArn must be an EKS cluster ARN.');
  return of === region
    ? undefined
    : refuseWrapped('eksClusterArn must be in the same AWS region as the compute environment');
};

/**
 * Why there are no pods for an environment (T-382, E-072); undefined when there are. `podNamespace`: where the engine makes its
 * pods, undefined of one that makes none.
 */
export const eksFault = (
  eks: EksConfiguration | undefined,
  podNamespace: string | undefined,
): string | undefined => {
  if (!eks || eks.kubernetesNamespace === podNamespace) return undefined;
  return podNamespace === undefined
    ? 'CLIENT_ERROR - No Kubernetes cluster is connected: pods need longshore serve --engine kubernetes'
    : `CLIENT_ERROR - Unable to validate Kubernetes Namespace: this server makes pods in ${podNamespace} alone (serve --namespace), not in ${eks.kubernetesNamespace}`;
};
