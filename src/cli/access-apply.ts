import type { Command } from 'commander';
import { FOLDER, type Folder } from './access-lists.ts';
import { type Planned, planFile, takeSteps } from './apply/apply.ts';
import { fileOf } from './apply/export.ts';
import { type Asks, readFound } from './apply/found.ts';
import { type ReadFile, readAccessFile } from './apply/read-file.ts';
import type { Step } from './apply/step.ts';
import { atItsRate } from './at-its-rate.ts';
import { confirm } from './confirm.ts';
import { LEFT } from './exit-codes.ts';
import { iamOf } from './iam.ts';
import { ownOf } from './own-operations.ts';
import { printable } from './printable.ts';

interface Flags extends Folder {
  readonly prune?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** A file that says who there is and who may what (rule A-230). */
export const addApply = (access: Command, exit: (code: number) => void): void => {
  access
    .command('apply')
    .description('make users, groups, roles and policies what a file says; twice is as good as once')
    .argument('<file>', 'JSON, as `access export` writes it')
    .option('--prune', 'take away what the file does not name')
    .option('--dry-run', 'say what would be done')
    .option('--yes', 'do not ask before nothing of a section is left')
    .option(...FOLDER)
    .action(async (file: string, flags: Flags) => {
      const read = readAccessFile(file);
      const asks = await asksOf(flags);
      const plan = await planFile(read, asks, flags.prune ?? false);
      if (plan.steps.length === 0) console.log('nothing to change');
      sayOwn(plan);
      if (flags.dryRun) for (const { says } of plan.steps) say(`would ${says}`);
      else await doIt(plan, asks, read, flags);
      sayLeft(plan);
      if (plan.left.length > 0) exit(LEFT);
    });
  access
    .command('export')
    .description('write what there is as such a file; no secret is in it')
    .option(...FOLDER)
    .action(async (flags: Folder) => {
      const text = JSON.stringify(fileOf(await readFound(await asksOf(flags))), null, 2);
      console.log(text.split('\n').map(printable).join('\n'));
    });
};

const asksOf = async ({ data }: Folder): Promise<Asks> => {
  const [iam, sts, own] = [await iamOf(data), await iamOf(data, 'sts'), await ownOf(data)];
  return {
    ...{ iam: atItsRate(iam), sts: atItsRate(sts) },
    own: <Answer>(name: string, input: object) => atItsRate(() => own<Answer>(name, input))(),
  };
};

const say = (line: string): void => console.log(printable(line));
const note = (line: string): void => console.error(printable(`longshore: ${line}`));

const doIt = async (plan: Planned, asks: Asks, read: ReadFile, { yes }: Flags): Promise<void> => {
  if (plan.emptied.length > 0 && !yes)
    await confirm(`delete all there are of these: ${plan.emptied.join(', ')}`, 'nothing was changed');
  await takeSteps(plan, asks, read, say);
  sayKeyless(plan.steps);
};

const sayOwn = ({ steps, self }: Planned): void => {
  for (const { says } of steps.filter(({ isOwn }) => isOwn))
    note(`last, for ${self.name} has its rights by it: ${says}`);
};

const sayLeft = ({ left, self, openRole }: Planned): void => {
  for (const { says } of left) note(`not done: ${says}`);
  if (left.length === 0) return;
  note(
    openRole === undefined
      ? `${self.name} asks, and has its rights by that: name it in the file, or ask as root`
      : `role ${openRole} trusts the whole account: by whom ${self.name} asks cannot be told, so nothing goes: ask as a user, or as root`,
  );
};

const sayKeyless = (steps: readonly Step[]): void => {
  for (const { input } of steps.filter(({ action }) => action === 'CreateUser'))
    console.error(
      `longshore: ${input.UserName} has no key yet: longshore access keys rotate ${input.UserName} makes one`,
    );
};
