/** How an attempt or a job ended, as the API tells it. */
export interface Ending {
  readonly exitCode?: number | undefined;
  /** The container's. */
  readonly reason?: string | undefined;
  readonly statusReason?: string | undefined;
  /** What it asked, in MiB. */
  readonly memory?: number | undefined;
}

/** Said of every process that ended by itself: the exit code says more. */
const EXITED = 'Essential container in task exited';

/** What stands before what went wrong at a start: codes of ECS, and who in the daemon passed it on. */
const NOT_STARTED =
  /^Task failed to start: (?:(\w+Error): )?(?:Error response from daemon: )?(?:.*: unable to start container process: )?/;
const PULL = 'CannotPullContainerError';

/**
 * Without the service's own code and sentence, which name no number and would fill a line before any: `explain` of a job
 * that waits and the API tell them.
 */
export const plainReason = (text: string): string =>
  text
    .replace(/(?:MISCONFIGURATION:\w+|ACTION_REQUIRED) - .*?\. (?=\S)/, '')
    .replace(
      NOT_STARTED,
      (_, code) => `did not start: ${code === PULL ? 'its image cannot be pulled: ' : ''}`,
    );

/** In people's words: `exit code 3`, `killed by signal 9`, `out of memory: 512 MiB asked`, or the reason that was given. */
export const endingWords = ({ exitCode, reason, statusReason, memory }: Ending): string => {
  if (reason?.startsWith('OutOfMemoryError'))
    return `out of memory${memory === undefined ? '' : `: ${memory} MiB asked`}`;
  const told = statusReason !== undefined && statusReason !== EXITED ? statusReason : undefined;
  if (told !== undefined) return plainReason(reason ? `${told}: ${reason}` : told);
  if (exitCode === undefined) return reason ?? '';
  // a shell tells a signal so, and so does the service
  if (exitCode > 128 && exitCode < 160) return `killed by signal ${exitCode - 128}`;
  return `exit code ${exitCode}${reason ? `: ${reason}` : ''}`;
};
