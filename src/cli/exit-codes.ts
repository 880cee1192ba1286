/* Exit codes of the command line beside 0, 1 (a fault, or a job that FAILED) and 2 (what the person did wrong). */

/** Of `run` itself, whatever went wrong: below it is what the job ended with, as with `docker run`. */
export const RUN_FAILED = 125;
/** Of `wait`, as of timeout(1). */
export const TIMED_OUT = 124;
/** Of `access apply --prune`: something was left, for whoever asks has its rights by it. */
export const LEFT = 3;
