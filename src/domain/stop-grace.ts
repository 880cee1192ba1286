/** What is stopped gets SIGTERM, then SIGKILL this much later (rules J-207, J-258, J-319). */
export const STOP_GRACE_SECONDS = 30;
