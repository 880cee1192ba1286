/** What happens to a cluster. */
export const CLUSTER_FAULTS = [
  'api away',
  'watches cut',
  'watches deaf',
  'versions forgotten',
  'quota',
  'node silent',
  'node back',
  'node gone',
  'node restarts',
  'node cordoned',
  'nodes used',
  'pod torn out',
  'pod deleted',
  'pod evicted',
  'pod preempted',
] as const;
export type ClusterFault = (typeof CLUSTER_FAULTS)[number];
