/** How many rows one step may touch: what bounds how long everybody else waits. */
export const STEP = 1000;
