import { jobArn } from '../domain/arn.ts';
import { recordOfSubmission, whoText } from '../domain/audit/record.ts';
import type { Tags } from '../domain/tags.ts';
import { CommittedCache } from '../store/committed-cache.ts';
import type { Tx } from '../store/store.ts';
import { askedBy, type SubmittedRow } from '../store/submissions.ts';
import { tagsOfAll } from '../store/tag-rows.ts';
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

  /** One line each; a job of an earlier version has none. */
  async of(tx: Tx, rows: readonly SubmittedRow[]): Promise<string[]> {
    const tags = await tagsOfAll(
      tx,
      'job',
      rows.map(({ seq }) => seq),
    );
    const lines = [];
    for (const row of rows) if (row.submitter !== 0) lines.push(await this.line(tx, row, tags.get(row.seq)!));
    return lines;
  }

  private async line(tx: Tx, row: SubmittedRow, tags: Tags): Promise<string> {
    const { account, names } = this.service;
    const name = `{"jobName":${JSON.stringify(row.name)},`;
    const queue = JSON.stringify(await names.queueName(tx, row.queue));
    return recordOfSubmission({
      at: row.created_at,
      account: account.account,
      who: await this.whoOf(tx, row.submitter),
      jobId: row.id,
      parameters: `${name}"jobQueue":${queue},${await this.askedOf(tx, row.spec)}${more(row, tags)}}`,
      answer: `${name}"jobId":"${row.id}","jobArn":"${jobArn(account, row.id)}"}`,
    });
  }

  private async whoOf(tx: Tx, submitter: number): Promise<string> {
    const known = this.who.get(tx, submitter);
    if (known !== undefined) return known;
    const { account, submitters } = this.service;
    const { arn, userId, accessKeyId, sourceIp, userAgent } = (await submitters.bySeq(tx, submitter))!;
    const userName = /:user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
    const text = whoText({
      account: account.account,
      caller: { arn, accessKeyId, userId, ...(userName !== undefined && { userName }) },
      service: 'batch',
      operation: 'SubmitJob',
      region: account.region,
      sourceIp,
      userAgent: userAgent === '' ? undefined : userAgent,
      isRead: false,
    });
    this.who.set(tx, submitter, text);
    return text;
  }

  private async askedOf(tx: Tx, spec: number): Promise<string> {
    const known = this.asked.get(tx, spec);
    if (known !== undefined) return known;
    const { asked, definition } = (await askedBy(tx, spec))!;
    const members = asked.slice(1, -1);
    const text = `"jobDefinition":${JSON.stringify(definition)}${members === '' ? '' : `,${members}`}`;
    this.asked.set(tx, spec, text, text.length);
    return text;
  }
}

const more = ({ size, depends_on }: SubmittedRow, tags: Tags): string => {
  const array = size > 0 ? `,"arrayProperties":{"size":${size}}` : '';
  const needs = depends_on === null ? '' : `,"dependsOn":${depends_on}`;
  return Object.keys(tags).length > 0 ? `${array}${needs},"tags":${JSON.stringify(tags)}` : array + needs;
};
