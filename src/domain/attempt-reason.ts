/** Rule J-180: a task was killed for its memory. */
export const OUT_OF_MEMORY = 'OutOfMemoryError: Container killed due to memory usage';

/** `container.reason` has room for so many characters (S-212, S-259). */
const LONGEST = 255;

/** Whole characters: none is cut in two. */
export const cutReason = (reason: string): string => [...reason].slice(0, LONGEST).join('');
