import type { QueueHour } from '../../service/last-hour.ts';

/** A queue as an overview has it; times in wall milliseconds. */
export interface QueueOverview {
  readonly name: string;
  readonly state: string;
  readonly status: string;
  readonly priority: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Or since the server started. */
  readonly lastHour: QueueHour;
  /** The job that stands first, where one waits for room. */
  readonly head?:
    | {
        readonly jobId: string;
        readonly jobName: string;
        readonly createdAt: number;
        readonly never: boolean;
        readonly sentence: string;
      }
    | undefined;
}

/** A job that can never run as things are: the first of those that ask for the same. */
export interface HopelessJob {
  readonly jobId: string;
  readonly jobName: string;
  readonly queue: string;
  readonly sentence: string;
}

export interface EnvironmentHealth {
  readonly name: string;
  readonly state: string;
  readonly status: string;
  readonly statusReason?: string;
}

/** Something that does not mend itself, with what there is to read of it. */
export interface Attention {
  readonly kind: 'never' | 'disabled' | 'invalid';
  readonly severity: 'error' | 'warning';
  readonly sentence: string;
  /** The job, queue or environment. */
  readonly link: string;
}

/** What needs somebody, the worst first. */
export const attentionOf = (
  queues: readonly QueueOverview[],
  environments: readonly EnvironmentHealth[],
  hopeless: readonly HopelessJob[],
): Attention[] => {
  const never = hopeless.map(
    ({ jobId, jobName, queue, sentence }): Attention => ({
      kind: 'never',
      severity: 'error',
      sentence: `${jobName} in queue ${queue} can never run: ${sentence}`,
      link: jobId,
    }),
  );
  const invalid = environments
    .filter(({ status }) => status === 'INVALID')
    .map(
      ({ name, statusReason }): Attention => ({
        kind: 'invalid',
        severity: 'error',
        sentence: `environment ${name} is INVALID${statusReason ? `: ${statusReason}` : ''}`,
        link: name,
      }),
    );
  const disabled = queues
    .filter(({ state, status, counts }) => state === 'DISABLED' && status !== 'DELETING' && waits(counts) > 0)
    .map(
      ({ name, counts }): Attention => ({
        kind: 'disabled',
        severity: 'warning',
        sentence: `queue ${name} is DISABLED and takes no new jobs: ${waits(counts)} wait in it`,
        link: name,
      }),
    );
  return [...never, ...invalid, ...disabled];
};

const waits = ({ PENDING = 0, RUNNABLE = 0 }: Readonly<Record<string, number>>): number => PENDING + RUNNABLE;
