import type { Command } from 'commander';
import { dataDirOf, UsageError } from '../main/config.ts';
import { machineClock } from '../main/machine.ts';
import { type AuditRecord, lastRecords, readAudit } from './audit-records.ts';
import { seconds, whole } from './flags.ts';
import { ownerName } from './own-operations.ts';
import { printable } from './printable.ts';
import { moment } from './shown-times.ts';
import { pageOf, table } from './table.ts';

interface Options {
  readonly since?: string;
  readonly by?: string;
  readonly action?: string;
  readonly refused?: boolean;
  readonly limit: string;
  readonly json?: boolean;
  readonly data?: string;
}

const DAY_SECONDS = 86_400;

export const auditCommand = (program: Command): void => {
  program
    .command('audit')
    .description(
      'say who changed what, and who was refused: the last of a day, from the files of the data folder',
    )
    .argument('[request]', 'the id of a request: its record whole, also an old one')
    .option('--since <time>', 'within this time, such as 90m or 30d')
    .option('--by <name>', 'by this user, role session or root: a name, an ARN or an access key id')
    .option('--action <name>', "such as SubmitJob, or 'Delete*'")
    .option('--refused', 'what was refused alone, and failed signatures')
    .option('--limit <n>', 'the last so many', '200')
    .option('--json', 'a record a line')
    .option('--data <dir>', 'the data folder of the server')
    .action(async (request: string | undefined, options: Options) => {
      const dataDir = dataDirOf(options.data, process.env);
      if (request !== undefined) return printRecord(dataDir, request);
      print(await last(dataDir, options), options);
    });
};

/** The record of a request, whole. */
export const printRecord = async (dataDir: string, request: string): Promise<void> => {
  let found = false;
  for await (const record of readAudit(dataDir, 0)) {
    if (record.requestID !== request) continue;
    found = true;
    for (const line of JSON.stringify(record, undefined, 2).split('\n')) console.log(printable(line));
  }
  if (!found)
    throw new UsageError(
      `no record of a request ${request}: changes and refusals have one, some seconds later; reads with --audit reads alone`,
    );
};

const last = (dataDir: string, options: Options): Promise<AuditRecord[]> => {
  const within = options.since === undefined ? DAY_SECONDS : seconds('--since', options.since);
  const since = machineClock().wall() - within * 1000;
  return lastRecords(dataDir, since, whole('--limit', options.limit, 1), wanted(options));
};

const wanted = ({ by, action, refused }: Options): ((record: AuditRecord) => boolean) => {
  const isAction = actionFilter(action);
  return (record) => {
    const { arn, accessKeyId } = record.userIdentity;
    const isBy =
      by === undefined || by === arn || by === accessKeyId || (arn !== undefined && by === nameOf(record));
    return isBy && isAction(record.eventName) && (!refused || record.errorCode !== undefined);
  };
};

const actionFilter = (given = '*'): ((name: string) => boolean) => {
  const text = given.toLowerCase();
  return text.endsWith('*')
    ? (name) => name.toLowerCase().startsWith(text.slice(0, -1))
    : (name) => name.toLowerCase() === text;
};

const nameOf = ({ userIdentity: { arn, accessKeyId } }: AuditRecord): string =>
  arn === undefined ? accessKeyId || '-' : ownerName({ arn });

const HEADER = ['TIME', 'WHO', 'ACTION', 'ON', 'FROM', 'RESULT'];

const print = (records: readonly AuditRecord[], { json }: Options): void => {
  if (json) for (const record of records) console.log(printable(JSON.stringify(record)));
  else if (records.length === 0) console.log('no records');
  else
    for (const line of table(HEADER, records.map(rowOf), pageOf(process.stdout, process.env)))
      console.log(line);
};

const rowOf = (record: AuditRecord): string[] => [
  moment(Date.parse(record.eventTime)),
  nameOf(record),
  record.eventName,
  subject(record),
  record.sourceIPAddress,
  resultOf(record),
];

const resultOf = ({ errorCode, errorMessage, additionalEventData }: AuditRecord): string => {
  if (errorCode === undefined) return 'done';
  if (additionalEventData?.count !== undefined) return `${errorCode}, ${additionalEventData.count} times`;
  return errorMessage === undefined ? errorCode : `${errorCode}: ${errorMessage}`;
};

/** Members that say what a call is about, the nearest first. */
const SUBJECTS = [
  'jobId',
  'jobs',
  'resourceArn',
  'userName',
  'groupName',
  'roleName',
  'policyArn',
  'policyName',
];
const NAMED = /^(jobName|jobQueue|jobDefinition|computeEnvironment|consumableResource|name|arn)(Name|Arn)?$/;

const subject = ({ requestParameters, responseElements }: AuditRecord): string => {
  const said = { ...responseElements, ...requestParameters };
  const name =
    SUBJECTS.find((one) => said[one] !== undefined) ?? Object.keys(said).find((one) => NAMED.test(one));
  const value = name === undefined ? '-' : said[name];
  return Array.isArray(value) ? value.join(' ') : String(value);
};
