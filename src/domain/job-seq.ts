/** The seq of an array's child or a multi-node job's node: theirs follow their parent's, in the order of their indexes. */
export const childSeq = (parent: number, index: number): number => parent + 1 + index;

/** The seq of the job whose tags a job has: of a child or node its parent's. */
export const taggedSeq = (job: { readonly seq: number; readonly parent: number }): number =>
  job.parent > 0 ? job.parent : job.seq;
