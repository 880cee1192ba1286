/** Why a job is to end before its own end. Stored by its place in the list. */
export const STOP_KINDS = ['none', 'cancel', 'terminate', 'timeout', 'queue', 'dependency'] as const;
export type StopKind = (typeof STOP_KINDS)[number];

export const stopCode = (kind: StopKind): number => STOP_KINDS.indexOf(kind);
export const stopOf = (code: number): StopKind => STOP_KINDS[code]!;

/** SIGTERM, then SIGKILL this much later (rules J-207, J-258, J-319). */
export const GRACE_SECONDS = 30;

/** Rules J-171, J-172, J-174: the service's texts for stops nobody gave a reason for. */
export const TIMEOUT_REASON = 'Job attempt duration exceeded timeout';
export const DEPENDENCY_REASON = 'Dependent Job failed';
export const QUEUE_DELETED_REASON = 'JobQueue deleted';
/** Rule J-173. */
export const CHILD_FAILED_REASON = 'Array Child Job failed';
