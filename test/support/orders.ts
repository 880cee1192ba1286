import type { ContainerSpec } from '../../src/domain/container.ts';
import type { StartOrder } from '../../src/engines/engine.ts';

/** A container as it was resolved, of the Docker suite's image. */
export const containerOf = (
  command: readonly string[],
  more: Partial<ContainerSpec> = {},
): ContainerSpec => ({
  image: 'longshore-test:latest',
  command,
  environment: [],
  vcpus: 1,
  memory: 128,
  resourceRequirements: [],
  volumes: [],
  mountPoints: [],
  ulimits: [],
  secrets: [],
  ...more,
});

let orders = 0;

/** An order under a task id of its own. */
export const orderOf = (command: readonly string[], more: Partial<StartOrder> = {}): StartOrder => ({
  taskId: (++orders).toString(16).padStart(32, '0'),
  container: containerOf(command),
  jobVariables: {},
  jobId: 'job',
  attempt: 1,
  ...more,
});
