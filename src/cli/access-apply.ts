import type { Command } from 'commander';
import { FOLDER, type Folder } from './access-lists.ts';
import { type Applying, applyFile } from './apply/apply.ts';
import { fileOf } from './apply/export.ts';
import { readFound } from './apply/found.ts';
import { readAccessFile } from './apply/read-file.ts';
import type { Step } from './apply/step.ts';
import { iamOf } from './iam.ts';
import { ownOf } from './own-operations.ts';
import { printable } from './printable.ts';

/** A file that says who there is and who may what (rule A-230). */
export const addApply = (access: Command): void => {
  access
    .command('apply')
    .description('make users, groups, roles and policies what a file says; twice is as good as once')
    .argument('<file>', 'JSON, as `access export` writes it')
    .option('--prune', 'take away what the file does not name')
    .option('--dry-run', 'say what would be done')
    .option(...FOLDER)
    .action(async (file: string, flags: Folder & Applying) => {
      const read = readAccessFile(file);
      const { steps, left, self } = await applyFile(read, await asksOf(flags), flags, (line) =>
        console.log(printable(line)),
      );
      if (steps.length === 0) console.log('nothing to change');
      sayLeft(left, self.name);
      if (!flags.dryRun) sayKeyless(steps);
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

const asksOf = async ({ data }: Folder) => ({
  ...{ iam: await iamOf(data), sts: await iamOf(data, 'sts') },
  own: await ownOf(data),
});

const sayLeft = (left: readonly Step[], who: string): void => {
  for (const { says } of left) console.error(printable(`longshore: not done: ${says}`));
  if (left.length > 0)
    console.error(`longshore: ${who} asks, and has its rights by that: name it in the file, or ask as root`);
};

const sayKeyless = (steps: readonly Step[]): void => {
  for (const { input } of steps.filter(({ action }) => action === 'CreateUser'))
    console.error(
      `longshore: ${input.UserName} has no key yet: longshore access keys rotate ${input.UserName} makes one`,
    );
};
