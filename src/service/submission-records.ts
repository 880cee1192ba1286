import { jobArn } from '../domain/arn.ts';
import { oneLine, recordOfSubmission, timeText, whoText } from '../domain/audit/record.ts';
import { CommittedCache } from '../store/committed-cache.ts';
import type { Tx } from '../store/store.ts';
import { askedBy, type SubmittedRow, submittedTags } from '../store/submissions.ts';
import type { Service } from './service.ts';

const MOST = 1000;
const CHARACTERS = 4_000_000;

/**
 * Records of submissions, made from the jobs themselves: a submission writes nothing more, and what is the same for many is made once.
 * Why so: docs/decisions/audit.md.
 */
export class SubmissionRecords {
  private readonly service: Pick<Service, 'account' | 'names' | 'submitters'>;
  private readonly who = new CommittedCache<number, string>(MOST);
  private readonly asked = new CommittedCache<number, string>(MOST, CHARACTERS);

  constructor(service: Pick<Service, 'account' | 'names' | 'submitters'>) {
    this.service = service;
  }

  /** Of jobs that stand one behind the other a line each, with its line feed, by their days; a job of an earlier version has none. */
  async of(tx: Tx, rows: readonly SubmittedRow[]): Promise<ReadonlyMap<string, string>> {
    const days = new Map<string, string>();
    if (rows.length === 0) return days;
    const tags = await submittedTags(tx, rows[0]!.seq - 1, rows.at(-1)!.seq);
    let time = '';
    let second = Number.NaN;
    for (const row of rows) {
      if (row.submitter === 0) continue;
      // most are known: who awaits each of them pays more for that than for the line
      const who = this.who.get(tx, row.submitter) ?? (await this.whoOf(tx, row.submitter));
      const asked = this.asked.get(tx, row.spec) ?? (await this.askedOf(tx, row));
      const now = Math.floor(row.created_at / 1000);
      if (now !== second) time = timeText(row.created_at);
      second = now;
      const day = time.slice(0, 10);
      const line = this.line(row, time, { who, asked, tags: tags.get(row.seq) });
      days.set(day, `${days.get(day) ?? ''}${line}\n`);
    }
    return days;
  }

  private line(row: SubmittedRow, time: string, { who, asked, tags }: Texts): string {
    const { account } = this.service;
    const name = `{"jobName":${JSON.stringify(row.name)},`;
    return recordOfSubmission({
      time,
      account: account.account,
      who,
      jobId: row.id,
      parameters: `${name}${asked}${more(row, tags)}}`,
      answer: `${name}"jobId":"${row.id}","jobArn":"${jobArn(account, row.id)}"}`,
    });
  }

  private async whoOf(tx: Tx, submitter: number): Promise<string> {
    const { account, submitters } = this.service;
    const { sourceIp, userAgent, ...caller } = (await submitters.bySeq(tx, submitter))!;
    const userName = /:user\/(?:.*\/)?([^/]+)$/.exec(caller.arn)?.[1];
    const text = oneLine(
      whoText({
        account: account.account,
        caller: { ...caller, ...(userName !== undefined && { userName }) },
        service: 'batch',
        operation: 'SubmitJob',
        region: account.region,
        sourceIp,
        userAgent: userAgent === '' ? undefined : userAgent,
        isRead: false,
      }),
    );
    this.who.set(tx, submitter, text);
    return text;
  }

  /** The members that jobs which are alike have in common. An earlier version kept neither queue nor definition as they were asked. */
  private async askedOf(tx: Tx, { spec, queue }: SubmittedRow): Promise<string> {
    const { asked, definition } = (await askedBy(tx, spec))!;
    const members = oneLine(asked.slice(1, -1));
    if (members.startsWith('"jobQueue":')) {
      this.asked.set(tx, spec, members, members.length);
      return members;
    }
    const name = JSON.stringify(await this.service.names.queueName(tx, queue));
    const named = `"jobQueue":${name},"jobDefinition":${JSON.stringify(definition)}`;
    return members === '' ? named : `${named},${members}`;
  }
}

/** What a line is made of beside the job's own row. */
interface Texts {
  readonly who: string;
  readonly asked: string;
  readonly tags: string | undefined;
}

const more = ({ size, depends_on }: SubmittedRow, tags: string | undefined): string => {
  const array = size > 0 ? `,"arrayProperties":{"size":${size}}` : '';
  const needs = depends_on === null ? '' : `,"dependsOn":${depends_on}`;
  return tags === undefined ? array + needs : `${array}${needs},"tags":${oneLine(tags)}`;
};
