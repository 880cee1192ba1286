import type { Command } from 'commander';
import { dataDirOf } from '../main/config.ts';
import { FOLDER, type Folder } from './access-lists.ts';
import { printRecord } from './audit.ts';
import { iamOf } from './iam.ts';
import { askOwn } from './own-operations.ts';
import { batchClient, findTarget } from './target.ts';
import { textAt } from './xml.ts';

interface Said {
  readonly action: string;
  readonly resource: string;
  readonly decision: 'allow' | 'explicitDeny' | 'implicitDeny';
  readonly policy?: string;
  readonly statement?: unknown;
  readonly reason?: string;
}

interface Checked {
  readonly principal: string;
  readonly decision: Said['decision'];
  readonly answers: readonly Said[];
  readonly notAsked?: string;
}

/** Who one is, and what somebody may. */
export const addChecks = (access: Command, exit: (code: number) => void): void => {
  access
    .command('whoami')
    .description('say who the key in use is')
    .option(...FOLDER)
    .action(async ({ data }: Folder) => {
      const answer = await (await iamOf(data, 'sts'))('GetCallerIdentity');
      console.log(`${textAt(answer, 'Arn')} (${textAt(answer, 'UserId')})`);
    });
  access
    .command('why')
    .description('say why a request was refused, or who made it: its record in the audit')
    .argument('<request>', 'the id that the answer carried')
    .option(...FOLDER)
    .action((request: string, { data }: Folder) => printRecord(dataDirOf(data, process.env), request));
  access
    .command('check')
    .description('say whether somebody may do something, and which statement decides; 1 where it may not')
    .argument('<name>', 'a user, or role/NAME')
    .argument('<action>', 'such as batch:SubmitJob')
    .argument('<resource>', 'an ARN, or a name: of SubmitJob the queue’s')
    .option('--definition <definition>', 'of SubmitJob, beside the queue')
    .option('--json', 'one object')
    .option(...FOLDER)
    .action(
      async (
        name: string,
        action: string,
        resource: string,
        options: Folder & { readonly json?: boolean; readonly definition?: string },
      ) => {
        const batch = await batchClient(findTarget(options.data));
        const { definition } = options;
        const checked = await askOwn<Checked>(batch, 'checkaccess', {
          ...{ name, action, resource },
          ...(definition !== undefined && { definition }),
        });
        if (options.json) console.log(JSON.stringify(checked));
        else for (const line of linesOf(checked)) console.log(line);
        exit(checked.decision === 'allow' ? 0 : 1);
      },
    );
};

const linesOf = ({ principal, answers, notAsked }: Checked): string[] => [
  ...(answers.length === 0 ? [`yes: ${principal} may, as whoever has a key`] : []),
  ...answers.flatMap((said) => saidLines(principal, said)),
  ...(notAsked === undefined
    ? []
    : ['  (of the queue alone: --definition NAME asks about a definition, too)']),
];

const saidLines = (principal: string, said: Said): string[] => {
  const { action, resource, decision, policy, statement, reason } = said;
  if (decision === 'implicitDeny') return [`no: ${reason}`];
  const told = `${principal} ${decision === 'allow' ? 'may' : 'may not'} ${action} on ${resource}`;
  const word = decision === 'allow' ? 'yes' : 'no';
  return policy === undefined
    ? [`${word}: ${told}: ${reason}`]
    : [`${word}: ${told}`, `  by a statement of ${policy}:`, `  ${JSON.stringify(statement)}`];
};
