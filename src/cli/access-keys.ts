import type { Command } from 'commander';
import { UsageError } from '../main/config.ts';
import { FOLDER, type Folder, policiesOf, printRows } from './access-lists.ts';
import { append } from './flags.ts';
import { type Ask, allOf, iamOf } from './iam.ts';
import { findTarget } from './target.ts';
import { at, type Element, textAt } from './xml.ts';

/** Users and their keys. A secret is printed once, and is never an argument: neither the list of processes nor a shell's history has it. */
export const addKeys = (access: Command): void => {
  const users = access
    .command('users')
    .description('list users, their groups and policies')
    .option(...FOLDER)
    .action(async ({ data }: Folder) => listUsers(await iamOf(data)));
  users
    .command('add')
    .description('make a user with a key pair, which is shown this once')
    .argument('<name>')
    .option('--group <group>', 'of this group, too; it may be given again', append)
    .option(...FOLDER)
    .action(async (name: string, { group = [] }: { readonly group?: string[] }, command: Command) => {
      const { data } = command.optsWithGlobals<Folder>();
      const ask = await iamOf(data);
      // else a user would be left without a key, whom the next try finds there
      for (const one of group) await ask('GetGroup', { GroupName: one, MaxItems: '1' });
      await ask('CreateUser', { UserName: name });
      for (const one of group) await ask('AddUserToGroup', { UserName: name, GroupName: one });
      printKey(await ask('CreateAccessKey', { UserName: name }), data);
      if (group.length === 0)
        console.error(`longshore: ${name} may do nothing yet: longshore access grant ${name} POLICY`);
    });
  const keys = access
    .command('keys')
    .description("list a user's keys")
    .argument('[name]', 'without one your own')
    .option(...FOLDER)
    .action(async (name: string | undefined, { data }: Folder) => listKeys(await iamOf(data), name));
  keys
    .command('rotate')
    .description("make a user's second key, and say what to do next")
    .argument('<name>')
    .option(...FOLDER)
    .action(async (name: string, _: Folder, command: Command) => {
      const { data } = command.optsWithGlobals<Folder>();
      await rotate(await iamOf(data), name, data);
    });
};

const listUsers = async (ask: Ask): Promise<void> => {
  const rows = [];
  for (const user of await allOf(ask, 'ListUsers', 'Users')) {
    const name = textAt(user, 'UserName')!;
    const groups = await allOf(ask, 'ListGroupsForUser', 'Groups', { UserName: name });
    const policies = await policiesOf(ask, 'User', name);
    const told = [
      groups.map((group) => textAt(group, 'GroupName')).join(' ') || '-',
      policies.join(' ') || '-',
    ];
    rows.push([name, ...told, textAt(user, 'Arn') ?? '']);
  }
  printRows(['NAME', 'GROUPS', 'POLICIES', 'ARN'], rows);
};

const keysOf = (ask: Ask, name: string | undefined): Promise<Element[]> =>
  allOf(ask, 'ListAccessKeys', 'AccessKeyMetadata', name === undefined ? {} : { UserName: name });

const listKeys = async (ask: Ask, name: string | undefined): Promise<void> => {
  const rows = [];
  for (const key of await keysOf(ask, name)) {
    const id = textAt(key, 'AccessKeyId')!;
    const used = at(await ask('GetAccessKeyLastUsed', { AccessKeyId: id }), 'AccessKeyLastUsed');
    const when = textAt(used, 'LastUsedDate');
    rows.push([
      id,
      textAt(key, 'Status') ?? '',
      textAt(key, 'CreateDate') ?? '',
      when === undefined ? 'never' : `${when} for ${textAt(used, 'ServiceName')}`,
    ]);
  }
  printRows(['KEY', 'STATUS', 'CREATED', 'USED'], rows);
};

/** The order of §1.3: switch, look, set the old one Inactive, delete it. */
const rotate = async (ask: Ask, name: string, data: string | undefined): Promise<void> => {
  const [old, other] = (await keysOf(ask, name)).map((key) => textAt(key, 'AccessKeyId')!);
  if (other !== undefined)
    throw new UsageError(
      `${name} has two keys, ${old} and ${other}: delete one of them first (aws iam delete-access-key)`,
    );
  printKey(await ask('CreateAccessKey', { UserName: name }), data);
  if (old === undefined) return;
  const key = `--user-name ${name} --access-key-id ${old}`;
  console.error('longshore: the old key still works. Next, when all that use it have the new one:');
  console.error(`  longshore access keys ${name}                            # ${old} is used no more`);
  console.error(`  aws iam update-access-key ${key} --status Inactive`);
  console.error(`  aws iam delete-access-key ${key}`);
};

/** As a profile of the AWS config files. */
const printKey = (answer: Element | undefined, data: string | undefined): void => {
  const key = at(answer, 'AccessKey');
  const { region, batchUrl } = findTarget(data);
  console.log(`# the secret is shown this once: for ~/.aws/credentials
[${textAt(key, 'UserName')}]
aws_access_key_id = ${textAt(key, 'AccessKeyId')}
aws_secret_access_key = ${textAt(key, 'SecretAccessKey')}
region = ${region}
endpoint_url = ${batchUrl()}`);
};
