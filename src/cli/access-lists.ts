import type { Command } from 'commander';
import { type Ask, allOf, iamOf } from './iam.ts';
import { pageOf, table } from './table.ts';
import { type Element, members, textAt } from './xml.ts';

export interface Folder {
  readonly data?: string;
}

export const FOLDER = ['--data <dir>', 'the data folder of the server'] as const;

/** What there is, and what is given to whom. */
export const addLists = (access: Command): void => {
  access
    .command('groups')
    .description('list groups and their members')
    .option(...FOLDER)
    .action(async ({ data }: Folder) => listGroups(await iamOf(data)));
  access
    .command('policies')
    .description(
      'list managed policies, your own and those that are built in, and to how many each is attached',
    )
    .option(...FOLDER)
    .action(async ({ data }: Folder) => {
      const all = await allOf(await iamOf(data), 'ListPolicies', 'Policies');
      const rows = all.map((one) => [
        grantedAs(one),
        ...['AttachmentCount', 'DefaultVersionId', 'Arn'].map((name) => textAt(one, name) ?? '-'),
      ]);
      printRows(['NAME', 'ATTACHED', 'VERSION', 'ARN'], rows);
    });
  access
    .command('roles')
    .description('list roles')
    .option(...FOLDER)
    .action(async ({ data }: Folder) => {
      const all = await allOf(await iamOf(data), 'ListRoles', 'Roles');
      print(['NAME', 'ID', 'CREATED', 'ARN'], all, ['RoleName', 'RoleId', 'CreateDate', 'Arn']);
    });
  access
    .command('grant')
    .description(
      'attach a managed policy, of your own or of those that are built in, to a user, group or role',
    )
    .argument('<to>', 'a user, group/NAME or role/NAME')
    .argument('<policy>', 'its name or ARN, such as AWSBatchFullAccess')
    .option(...FOLDER)
    .action(async (to: string, policy: string, { data }: Folder) => {
      const ask = await iamOf(data);
      const arn = await policyArn(ask, policy);
      const { kind, name } = holder(to);
      await ask(`Attach${kind}Policy`, { [`${kind}Name`]: name, PolicyArn: arn });
      console.log(`${to} has ${arn}`);
    });
};

/** Of one that is built in its path belongs to its name: `longshore/Submitter`. */
const grantedAs = (policy: Element): string =>
  /:aws:policy\/(.+)$/.exec(textAt(policy, 'Arn')!)?.[1] ?? textAt(policy, 'PolicyName')!;

const listGroups = async (ask: Ask): Promise<void> => {
  const rows = [];
  for (const group of await allOf(ask, 'ListGroups', 'Groups')) {
    const name = textAt(group, 'GroupName')!;
    const users = await allOf(ask, 'GetGroup', 'Users', { GroupName: name });
    rows.push([name, users.map((user) => textAt(user, 'UserName')).join(' '), textAt(group, 'Arn') ?? '']);
  }
  printRows(['NAME', 'MEMBERS', 'ARN'], rows);
};

/** `group/NAME`, `role/NAME`, else a user. */
export const holder = (
  given: string,
): { readonly kind: 'User' | 'Group' | 'Role'; readonly name: string } => {
  const [, kind = 'user', name = given] = /^(group|role|user)\/(.+)$/.exec(given) ?? [];
  return { kind: kind === 'group' ? 'Group' : kind === 'role' ? 'Role' : 'User', name };
};

/** One of your own goes before one that is built in: so they are listed. */
export const policyArn = async (ask: Ask, given: string): Promise<string> => {
  if (given.startsWith('arn:')) return given;
  const all = await allOf(ask, 'ListPolicies', 'Policies');
  const found = all.find((one) => textAt(one, 'PolicyName')?.toLowerCase() === given.toLowerCase());
  return textAt(found, 'Arn') ?? `arn:aws:iam::aws:policy/${given}`;
};

const print = (header: readonly string[], all: readonly Element[], names: readonly string[]): void =>
  printRows(
    header,
    all.map((one) => names.map((name) => textAt(one, name) ?? '-')),
  );

export const printRows = (header: readonly string[], rows: readonly (readonly string[])[]): void => {
  if (rows.length === 0) console.log('none');
  else for (const line of table(header, rows, pageOf(process.stdout, process.env))) console.log(line);
};

/** The names of policies that somebody has: inline ones, and ARNs. */
export const policiesOf = async (
  ask: Ask,
  kind: 'User' | 'Group' | 'Role',
  name: string,
): Promise<string[]> => {
  const named = { [`${kind}Name`]: name };
  const inline = members(await ask(`List${kind}Policies`, named), 'PolicyNames').map(({ text }) => text);
  const attached = await allOf(ask, `ListAttached${kind}Policies`, 'AttachedPolicies', named);
  return [...inline, ...attached.map((one) => textAt(one, 'PolicyArn')!)];
};
