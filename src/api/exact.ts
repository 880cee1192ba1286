/** Requests of which nothing is passed over: what is absent in them takes something away. A member that is not known, or that is null, is refused. */
export const EXACT: ReadonlySet<string> = new Set(['SetLimitsRequest']);
