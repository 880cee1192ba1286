export { describeInstances } from './describe-instances.ts';
