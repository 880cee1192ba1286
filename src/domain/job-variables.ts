/** What the service's own variables of a job are made from. */
export interface JobPlace {
  readonly jobId: string;
  readonly queueName: string;
  readonly environmentName: string;
  readonly attempt: number;
  /** Of an array's child. */
  readonly array?: { readonly index: number; readonly size: number };
  /** Of a multi-node job's node. `mainAddress`: IPv4, where the nodes share the host's network. */
  readonly node?: {
    readonly index: number;
    readonly numNodes: number;
    readonly mainNode: number;
    readonly mainAddress: string;
  };
}

/** An engine that gives nodes addresses of their own says here where the main one is. */
export const MAIN_ADDRESS_VARIABLE = 'AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS';

/** Rules J-118 to J-126, and `AWS_EXECUTION_ENV`, which Metaflow asks for. */
export const jobVariables = (place: JobPlace): Record<string, string> => ({
  AWS_BATCH_JOB_ID: place.jobId,
  AWS_BATCH_JQ_NAME: place.queueName,
  AWS_BATCH_CE_NAME: place.environmentName,
  AWS_BATCH_JOB_ATTEMPT: String(place.attempt),
  AWS_EXECUTION_ENV: 'AWS_ECS_EC2',
  ...(place.array && {
    AWS_BATCH_JOB_ARRAY_INDEX: String(place.array.index),
    AWS_BATCH_JOB_ARRAY_SIZE: String(place.array.size),
  }),
  ...(place.node && nodeVariables(place.node)),
});

/** Where the main node is, the others are told; it knows. */
const nodeVariables = (node: NonNullable<JobPlace['node']>): Record<string, string> => ({
  AWS_BATCH_JOB_NODE_INDEX: String(node.index),
  AWS_BATCH_JOB_NUM_NODES: String(node.numNodes),
  AWS_BATCH_JOB_MAIN_NODE_INDEX: String(node.mainNode),
  ...(node.index !== node.mainNode && { [MAIN_ADDRESS_VARIABLE]: node.mainAddress }),
});

const SOME_PLACE: Required<JobPlace> = {
  jobId: '',
  queueName: '',
  environmentName: '',
  attempt: 1,
  array: { index: 0, size: 2 },
  node: { index: 1, numNodes: 2, mainNode: 0, mainAddress: '' },
};

const OWN_NAMES: ReadonlySet<string> = new Set(Object.keys(jobVariables(SOME_PLACE)));

/** Whether a variable of this name is the service's, of one job or another, or Longshore's: nobody else's value would hold. */
export const isServiceVariable = (name: string): boolean =>
  OWN_NAMES.has(name) || name.startsWith('LONGSHORE_');
