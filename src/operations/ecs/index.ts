export { describeClusters } from './describe-clusters.ts';
export { describeContainerInstances } from './describe-container-instances.ts';
export { describeTasks } from './describe-tasks.ts';
export { listClusters } from './list-clusters.ts';
export { listContainerInstances } from './list-container-instances.ts';
export { listTasks } from './list-tasks.ts';
