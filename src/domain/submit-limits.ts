/** Rule S-153: how many children an array has. */
export const SMALLEST_ARRAY = 2;
export const LARGEST_ARRAY = 10_000;

/** Rule J-083: how many jobs one may depend on. */
export const MOST_DEPENDENCIES = 20;

/** Jobs of one principal that have not finished, children counted, root's excepted (rule A-226). */
export const MOST_UNFINISHED = 1_000_000;
