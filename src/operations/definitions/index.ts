export { deregisterJobDefinition } from './deregister.ts';
export { describeJobDefinitions } from './describe.ts';
export { registerJobDefinition } from './register.ts';
