import { type Refusal, refuse } from './refusal.ts';

/** A member whose effect belongs to the service itself and is not here yet: refused, never dropped. */
export interface NotYet {
  /** The request's structure in the wire's model. */
  readonly shape: string;
  readonly member: string;
  readonly why: string;
}

const several = 'jobs of several containers come later';
const managed = 'managed instances come later';
const serviceJobs = 'service jobs come later';

export const NOT_YET: readonly NotYet[] = [
  { shape: 'RegisterJobDefinitionRequest', member: 'ecsProperties', why: several },
  { shape: 'NodeRangeProperty', member: 'ecsProperties', why: several },
  { shape: 'NodePropertyOverride', member: 'ecsPropertiesOverride', why: several },
  { shape: 'SubmitJobRequest', member: 'ecsPropertiesOverride', why: several },
  { shape: 'ComputeResource', member: 'managedInstancesProvider', why: managed },
  { shape: 'ComputeResourceUpdate', member: 'managedInstancesProvider', why: managed },
  { shape: 'CreateJobQueueRequest', member: 'serviceEnvironmentOrder', why: serviceJobs },
  { shape: 'UpdateJobQueueRequest', member: 'serviceEnvironmentOrder', why: serviceJobs },
];

const BY_SHAPE = Map.groupBy(NOT_YET, ({ shape }) => shape);

/** Refuses a request that holds such a member; empty ones (`[]`, `{}`, `""`) ask for nothing and pass. */
export const refuseNotYet = (shape: string, input: object): Refusal | undefined => {
  for (const { member, why } of BY_SHAPE.get(shape) ?? []) {
    const value = (input as Record<string, unknown>)[member];
    if (isGiven(value)) return refuse(`${member} is not supported by Longshore yet: ${why}.`);
  }
  return undefined;
};

const isGiven = (value: unknown): boolean => {
  if (value === undefined || value === '') return false;
  return typeof value !== 'object' || Object.keys(value as object).length > 0;
};
