import type { Command } from 'commander';
import { dataDirOf } from '../main/config.ts';
import { FOLDER, type Folder } from './access-lists.ts';
import { printRecord } from './audit.ts';
import { iamOf } from './iam.ts';
import { askOwn } from './own-operations.ts';
import { batchClient, findTarget } from './target.ts';
import { textAt } from './xml.ts';

interface Checked {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly decision: 'allow' | 'explicitDeny' | 'implicitDeny';
  readonly policy?: string;
  readonly statement?: unknown;
  readonly reason?: string;
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
    .option('--json', 'one object')
    .option(...FOLDER)
    .action(
      async (
        name: string,
        action: string,
        resource: string,
        options: Folder & { readonly json?: boolean },
      ) => {
        const batch = await batchClient(findTarget(options.data));
        const checked = await askOwn<Checked>(batch, 'checkaccess', { name, action, resource });
        if (options.json) console.log(JSON.stringify(checked));
        else for (const line of linesOf(checked)) console.log(line);
        exit(checked.decision === 'allow' ? 0 : 1);
      },
    );
};

const linesOf = ({ principal, action, resource, decision, policy, statement, reason }: Checked): string[] => {
  if (decision === 'implicitDeny') return [`no: ${reason}`];
  const word = decision === 'allow' ? 'yes' : 'no';
  const verb = decision === 'allow' ? 'may' : 'may not';
  return [
    `${word}: ${principal} ${verb} ${action} on ${resource}`,
    `  by a statement of ${policy}:`,
    `  ${JSON.stringify(statement)}`,
  ];
};
