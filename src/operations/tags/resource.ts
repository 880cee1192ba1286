import { nameFrom } from '../../domain/arn.ts';
import { parseJobId } from '../../domain/job-id.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import { TAGGED_KINDS, type TaggedKind } from '../../domain/tags.ts';
import type { Service } from '../../service/service.ts';
import { consumableNamed } from '../../store/consumable-rows.ts';
import { definitionRevision } from '../../store/definition-rows.ts';
import { environmentNamed } from '../../store/environment-rows.ts';
import { findJob } from '../../store/job-rows.ts';
import { policyNamed } from '../../store/policy-rows.ts';
import { queueNamed } from '../../store/queue-rows.ts';
import type { Tx } from '../../store/store.ts';
import { keepSubmittedTags } from '../../store/submissions.ts';

/** Something that has an ARN, and may have tags. */
export interface Resource {
  readonly kind: TaggedKind;
  readonly seq: number;
  /** What is being deleted shows its tags, and keeps them. */
  readonly isGoing: boolean;
}

type Row = { readonly seq: number; readonly status?: string };
/** Finds a resource by what its ARN has behind the kind; `invalid` where that can be nobody's. */
type Find = (tx: Tx, id: string, arn: string) => Promise<Row | undefined | Refusal>;

const invalid = (arn: string): Refusal => refuse(`Invalid ARN: ${arn}`);

/** Each revision has its own (T-050). */
const definition: Find = async (tx, id, arn) => {
  const [, name, revision] = /^(.+):([1-9]\d{0,14})$/.exec(id) ?? [];
  return name === undefined ? invalid(arn) : definitionRevision(tx, name, Number(revision));
};

const job: Find = async (tx, text, arn) => {
  const id = parseJobId(text);
  if (!id) return invalid(arn);
  const isPart = id.index !== undefined || id.node !== undefined;
  if (isPart) return refuse(`Tagging is not supported for child jobs: ${arn}`);
  const found = await findJob(tx, id);
  return found && { seq: found.seq };
};

/** A kind that comes is a line here, and one in `TAGGED_KINDS`. */
const FIND: Readonly<Record<TaggedKind, Find>> = {
  'compute-environment': environmentNamed,
  'job-queue': queueNamed,
  'job-definition': definition,
  job,
  'scheduling-policy': policyNamed,
  'consumable-resource': consumableNamed,
};

const FORM = /^arn:[^:]+:[^:]+:[^:]*:[^:]*:[^:/]+\/.+$/;

/** The resource of an ARN, or why there is none: rules T-051 to T-053. */
export const findResource = async (service: Service, tx: Tx, arn: string): Promise<Resource | Refusal> => {
  if (!FORM.test(arn)) return invalid(arn);
  for (const kind of TAGGED_KINDS) {
    const id = nameFrom(service.account, kind, arn);
    const row = id === undefined ? undefined : await FIND[kind](tx, id, arn);
    if (isRefusal(row)) return row;
    if (row) return { kind, seq: row.seq, isGoing: row.status === 'DELETING' };
  }
  return refuse(`${arn} does not exist`);
};

/** Changes the tags of the resource of an ARN; answers `{}`. */
export const changeTags = (
  service: Service,
  arn: string,
  change: (tx: Tx, resource: Resource) => Promise<Refusal | undefined>,
): Promise<unknown | Refusal> =>
  service.store.write(async (tx) => {
    const resource = await findResource(service, tx, arn);
    if (isRefusal(resource)) return resource;
    if (resource.isGoing) return refuse('Cannot change tags, resource is being deleted');
    if (resource.kind === 'job') await keepSubmittedTags(tx, resource.seq);
    const refused = await change(tx, resource);
    if (refused) return refused;
    // of all that has tags a submission asks for a definition's, and its caller's policies for a queue's
    if (resource.kind === 'job-definition' || resource.kind === 'job-queue') service.catalog.forget(tx);
    return {};
  });
