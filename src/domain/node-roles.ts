/* What a job is in a multi-node job, as it is stored: 0 for none of its nodes. */

export const MAIN = 1;
export const OTHER = 2;

export const isNode = ({ role }: { readonly role: number }): boolean => role === MAIN || role === OTHER;
