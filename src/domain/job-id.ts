import { isNode } from './node-roles.ts';

/**
 * A job's id as people write it, taken apart: `uuid`, `uuid:index` for an array's child, `uuid#node` for a node of a
 * multi-node job (J-001 to J-003).
 */
export interface JobId {
  readonly uuid: string;
  readonly index?: number;
  readonly node?: number;
}

const FORM = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:([:#])(0|[1-9]\d{0,4}))?$/;

/** Undefined for what is no job id at all. */
export const parseJobId = (text: string): JobId | undefined => {
  const found = FORM.exec(text);
  if (!found) return undefined;
  const [, uuid = '', mark, number] = found;
  if (mark === undefined) return { uuid };
  return mark === ':' ? { uuid, index: Number(number) } : { uuid, node: Number(number) };
};

export const nodeId = (parentId: string, node: number): string => `${parentId}#${node}`;
export const childId = (parentId: string, index: number): string => `${parentId}:${index}`;

/** The id of a job as its row has it: a child or node has its parent's with its index (`idx`); `role`: see `node-roles.ts`. */
export const jobIdOf = (job: {
  readonly id: string | null;
  readonly parent_id: string | null;
  readonly idx: number;
  readonly role: number;
}): string => job.id ?? (isNode(job) ? nodeId : childId)(job.parent_id!, job.idx);
