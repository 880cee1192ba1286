import type { StartOrder } from '../engine.ts';

/** Labels of a container: whose it is, and what of its order a later server must know. */
export const LABEL = {
  /** The data folder's id: whoever has another does not see the container. */
  data: 'longshore.data',
  task: 'longshore.task',
  job: 'longshore.job',
  attempt: 'longshore.attempt',
  /** The boot it was ordered in. */
  boot: 'longshore.boot',
  /** Devices that are pinned to it. */
  gpus: 'longshore.gpus',
  /** What the nodes of one attempt share: their containers and their network have it. */
  nodes: 'longshore.nodes',
} as const;

/** What `LABEL.nodes` says; undefined of a job that has no nodes. */
export const nodesLabel = ({ node, attempt }: StartOrder): string | undefined =>
  node && `${node.job}-${attempt}`;

/** One container for each task of each data folder: a second create of it is refused by name. */
export const containerName = (dataId: string, taskId: string): string => `longshore-${dataId}-${taskId}`;
