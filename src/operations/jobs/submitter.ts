import type { Caller, Service } from '../../service/service.ts';
import type { FoundJob } from '../../store/job-rows.ts';
import type { Tx } from '../../store/store.ts';
import type { Submitter } from '../../store/submitters.ts';

/** As it is kept on the job (rule A-186); root's id is the account. */
export const submitterOf = ({ account }: Service, caller: Caller): Submitter => ({
  arn: caller.arn,
  userId: caller.userId ?? account.account,
  accessKeyId: caller.accessKeyId,
  sourceIp: caller.sourceIp ?? '',
});

/** With which key and from where stands in the audit. Undefined of a job of an earlier version. */
export const shownSubmitter = async (
  { submitters }: Service,
  tx: Tx,
  { submitted_by }: Pick<FoundJob, 'submitted_by'>,
): Promise<Pick<Submitter, 'arn' | 'userId'> | undefined> => {
  const who = await submitters.bySeq(tx, submitted_by);
  return who && { arn: who.arn, userId: who.userId };
};
