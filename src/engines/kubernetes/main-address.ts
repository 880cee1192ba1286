import type { StartOrder } from '../engine.ts';
import { LABEL } from './names.ts';
import { podIn } from './stage.ts';
import type { Tasks } from './tasks.ts';

/**
 * Where the main node of an attempt is, for the others, which are ordered once that one runs (K-155): the address of its pod.
 * Undefined of what has no main node beside itself, and where that one is gone.
 */
export const mainAddressOf = (tasks: Tasks, { node, attempt }: StartOrder): string | undefined => {
  if (!node || node.index === node.mainNode) return undefined;
  const [job, of] = [`${node.job}.${node.mainNode}`, String(attempt)];
  for (const { stage } of tasks.all()) {
    const pod = podIn(stage);
    if (pod?.labels[LABEL.job] === job && pod.labels[LABEL.attempt] === of) return pod.ip;
  }
  return undefined;
};
