/** A job's id as people write it, taken apart: `uuid`, or `uuid:index` for an array's child (J-001, J-002). */
export interface JobId {
  readonly uuid: string;
  readonly index?: number;
}

const FORM = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?::(0|[1-9]\d{0,4}))?$/;

/** Undefined for what is no job id at all. */
export const parseJobId = (text: string): JobId | undefined => {
  const found = FORM.exec(text);
  if (!found) return undefined;
  return found[2] === undefined ? { uuid: found[1]! } : { uuid: found[1]!, index: Number(found[2]) };
};

export const childId = (parentId: string, index: number): string => `${parentId}:${index}`;
