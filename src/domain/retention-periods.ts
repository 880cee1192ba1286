const HOUR = 3_600_000;
export const DAY_MILLISECONDS = 24 * HOUR;

/** The least that finished jobs are kept (J-147), and for how long they are unless the operator says otherwise. */
export const LEAST_KEEP_MILLISECONDS = 24 * HOUR;
export const USUAL_KEEP_DAYS = 7;

/** How long the files of the audit are kept unless the operator says otherwise. */
export const USUAL_AUDIT_DAYS = 90;

/** How long a terminated instance without a task is shown: an hour, as EC2 shows it. */
export const UNUSED_INSTANCE_KEEP_MILLISECONDS = HOUR;
