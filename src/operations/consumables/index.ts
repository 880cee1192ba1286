export { createConsumableResource } from './create.ts';
export { deleteConsumableResource } from './delete.ts';
export { describeConsumableResource } from './describe.ts';
export { listConsumableResources } from './list.ts';
export { listJobsByConsumableResource } from './list-jobs.ts';
export { updateConsumableResource } from './update.ts';
