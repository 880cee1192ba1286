import type { PodSettings } from '../../src/engines/kubernetes/pod/settings.ts';
import { EVERYTHING } from '../../src/engines/mounts.ts';

export const DATA_ID = '0123456789abcdef';

/** What an operator says who says nothing. */
export const podSettings = (more: Partial<PodSettings> = {}): PodSettings => ({
  dataId: DATA_ID,
  pull: 'IfNotPresent',
  network: 'pod',
  cpuLimit: false,
  gpuResource: 'nvidia.com/gpu',
  hostLostAfter: 300,
  permissions: EVERYTHING,
  serviceAccounts: new Map(),
  volumeClaims: new Map(),
  ...more,
});
