import type { Clock } from '../../../lib/clock.ts';
import type { Access } from './access.ts';
import { inClusterAccess, isInCluster } from './in-cluster.ts';
import { type KubeconfigChoice, kubeconfigAccess, kubeconfigFiles } from './kubeconfig-access.ts';

/** By the kubeconfig that was named or is there; else as a pod of the cluster. Throws with a reason for people. */
export const chooseAccess = (choice: KubeconfigChoice, clock: Clock): Access => {
  const { environment, file, context } = choice;
  const isNamed = file !== undefined || context !== undefined || Boolean(environment.KUBECONFIG);
  if (!isNamed && isInCluster(environment)) return inClusterAccess(environment, clock);
  const files = kubeconfigFiles(choice);
  if (files.length > 0) return kubeconfigAccess(files, choice, clock);
  throw new Error('there is no kubeconfig: set KUBECONFIG, give --kubeconfig FILE, or run it in the cluster');
};
