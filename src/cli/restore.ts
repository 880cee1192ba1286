import { resolve } from 'node:path';
import type { Command } from 'commander';
import { dataDirOf } from '../main/config.ts';
import { moment } from './shown-times.ts';

export const restoreCommand = (program: Command): void => {
  program
    .command('restore')
    .description('make an empty data folder what it was when a backup was written')
    .argument('<file>', 'what `longshore backup` wrote')
    .option('--data <dir>', 'the data folder (default: $LONGSHORE_DATA or ~/.longshore)')
    .action(async (file: string, options: { readonly data?: string }) => {
      const { restoreBackup } = await import('../main/restore.ts');
      const dataDir = dataDirOf(options.data, process.env);
      const { madeAt } = restoreBackup(resolve(file), dataDir);
      console.log(`${dataDir} is what it was at ${moment(Date.parse(madeAt))}`);
      const flag = options.data === undefined ? '' : ` --data ${dataDir}`;
      console.log(
        `start it with \`longshore serve${flag}\`: jobs that ran then are lost with their host, or found again`,
      );
    });
};
