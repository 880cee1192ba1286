import { homedir } from 'node:os';
import { join } from 'node:path';

/** The programs that were built; whoever keeps this folder builds them once. */
export const CACHE = process.env.LONGSHORE_CLUSTER_CACHE ?? join(homedir(), '.cache/longshore-cluster');

const FOLDER = '/var/lib/longshore-cluster';

/** Below the folder of the one cluster that a machine has. */
export const at = (...names: readonly string[]): string => join(FOLDER, ...names);

/** Of the administrator, outside. */
export const KUBECONFIG = at('admin.kubeconfig');
/** Within the cluster's network. */
export const INSIDE_KUBECONFIG = at('inside.kubeconfig');

/** The group of all its control groups. */
export const GROUP = 'longshore-cluster';

/** The network of a node's pods, whose gateway is the node's own address. */
export const subnetOf = (node: number): string => `10.99.${77 + node}.0/24`;
export const addressOf = (node: number): string => `10.99.${77 + node}.1`;

/** Where pods find the API. */
export const API_ADDRESS = '10.96.0.1';
