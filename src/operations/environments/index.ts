export { createComputeEnvironment } from './create.ts';
export { deleteComputeEnvironment } from './delete.ts';
export { describeComputeEnvironments } from './describe.ts';
export { updateComputeEnvironment } from './update.ts';
