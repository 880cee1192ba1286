export { createSchedulingPolicy } from './create.ts';
export { deleteSchedulingPolicy } from './delete.ts';
export { describeSchedulingPolicies } from './describe.ts';
export { listSchedulingPolicies } from './list.ts';
export { updateSchedulingPolicy } from './update.ts';
