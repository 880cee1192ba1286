/** What the service's own variables of a job are made from. */
export interface JobPlace {
  readonly jobId: string;
  readonly queueName: string;
  readonly environmentName: string;
  readonly attempt: number;
  /** Of an array's child. */
  readonly array?: { readonly index: number; readonly size: number };
}

/** Rules J-118 to J-124, and `AWS_EXECUTION_ENV`, which Metaflow asks for. */
export const serviceEnvironment = (place: JobPlace): Record<string, string> => ({
  AWS_BATCH_JOB_ID: place.jobId,
  AWS_BATCH_JQ_NAME: place.queueName,
  AWS_BATCH_CE_NAME: place.environmentName,
  AWS_BATCH_JOB_ATTEMPT: String(place.attempt),
  AWS_EXECUTION_ENV: 'AWS_ECS_EC2',
  ...(place.array && {
    AWS_BATCH_JOB_ARRAY_INDEX: String(place.array.index),
    AWS_BATCH_JOB_ARRAY_SIZE: String(place.array.size),
  }),
});
