/** The seq of an array's child or a multi-node job's node: theirs follow their parent's, in the order of their indexes. */
export const childSeq = (parent: number, index: number): number => parent + 1 + index;
