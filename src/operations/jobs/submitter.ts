import type { Account } from '../../domain/arn.ts';
import { shownText } from '../../domain/audit/record.ts';
import { type Refusal, refuse } from '../../domain/refusal.ts';
import { MOST_UNFINISHED } from '../../domain/submit-limits.ts';
import type { CatalogQueue } from '../../service/catalog.ts';
import type { Caller, Service } from '../../service/service.ts';
import type { FoundJob } from '../../store/job-rows.ts';
import { countUnfinished } from '../../store/queue-counts.ts';
import type { Tx } from '../../store/store.ts';
import type { CountedSubmitter, Submitter } from '../../store/submitters.ts';
import { principalOf, unfinishedOf } from '../../store/unfinished.ts';
import type { SubmitInput } from './submit-rules.ts';

/** Of what a client says of itself, in characters. */
const LONGEST_AGENT = 256;

/** As it is kept on the job (rule A-186); root's id is the account. */
export const submitterOf = ({ account }: Service, caller: Caller): CountedSubmitter => ({
  arn: caller.arn,
  userId: caller.userId ?? account.account,
  accessKeyId: caller.accessKeyId,
  isCounted: isLimited(account, caller),
  sourceIp: caller.facts?.sourceIp ?? '',
  userAgent: (caller.facts?.userAgent ?? '').slice(0, LONGEST_AGENT),
  ...(caller.roleArn !== undefined && { roleArn: caller.roleArn }),
  ...(caller.sessionSince !== undefined && { sessionSince: caller.sessionSince }),
});

/** Root is not limited, whichever key it signs with. */
const isLimited = ({ account }: Account, { userId }: Caller): boolean =>
  userId !== undefined && userId !== account;

/**
 * Why a principal may not submit so many jobs more to a queue, an array's children each (rule A-226). Of root nothing is counted; a
 * queue's own limit is for all.
 */
export const tooManyUnfinished = async (
  service: Service,
  tx: Tx,
  caller: Caller,
  queue: Pick<CatalogQueue, 'seq' | 'name' | 'mostJobs'>,
  jobs: number,
): Promise<Refusal | undefined> => {
  const { userId, arn, mostJobs: most } = caller;
  const ofCaller = isLimited(service.account, caller)
    ? await tooManyOf(service, tx, { principal: principalOf(userId!), arn, most }, jobs)
    : undefined;
  if (ofCaller || queue.mostJobs === null) return ofCaller;
  return tooMany(`Job queue ${queue.name}`, await countUnfinished(tx, queue.seq), jobs, queue.mostJobs);
};

/** A principal as limits know it; `most`: its own. */
interface Limited {
  readonly principal: string;
  readonly arn: string;
  readonly most?: number | null | undefined;
}

/** Why so many jobs more of a principal may not be unfinished. */
export const tooManyOf = async (
  { submitters, unfinished }: Pick<Service, 'submitters' | 'unfinished'>,
  tx: Tx,
  { principal, arn, most }: Limited,
  more: number,
): Promise<Refusal | undefined> => {
  const limit = most ?? MOST_UNFINISHED;
  if (unfinished.admits(principal, more, limit)) return undefined;
  const has = await unfinishedOf(tx, principal, (seq) => submitters.bySeq(tx, seq));
  const refused = tooMany(arn, has, more, limit);
  unfinished.found(tx, principal, refused ? has : has + more);
  return refused;
};

/** Whether `more` jobs are too many for who `has` so many. */
export const tooMany = (who: string, has: number, more: number, most: number): Refusal | undefined =>
  has + more > most
    ? refuse(`${who} has ${has} jobs that have not finished, the most is ${most}.`)
    : undefined;

/** With which key and from where stands in the audit. Undefined of a job of an earlier version. */
export const shownSubmitter = async (
  { submitters }: Service,
  tx: Tx,
  { submitted_by }: Pick<FoundJob, 'submitted_by'>,
): Promise<Pick<Submitter, 'arn' | 'userId'> | undefined> => {
  const who = await submitters.bySeq(tx, submitted_by);
  return who && { arn: who.arn, userId: who.userId };
};

/**
 * What a submission asks beside what is its own, as its record has it: jobs that are alike have one text. JSON of an object, without
 * secrets; what is larger than a record takes is left out, but for where and what.
 */
export const askedText = (input: SubmitInput): string => {
  const { jobName: _name, jobQueue, jobDefinition, ...more } = input;
  const { arrayProperties: _array, dependsOn: _needs, tags: _tags, ...shared } = more;
  const members = shownText(shared, 'batch').slice(1, -1);
  const named = JSON.stringify({ jobQueue, jobDefinition }).slice(0, -1);
  return members === '' ? `${named}}` : `${named},${members}}`;
};
