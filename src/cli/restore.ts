import { resolve } from 'node:path';
import type { Command } from 'commander';
import { dataDirOf } from '../main/config.ts';

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
      console.log(`${dataDir} is what it was at ${madeAt}`);
      console.log(
        'start it with `longshore serve`: jobs that ran then are lost with their host, or found again',
      );
    });
};
