import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { dataDirOf } from '../main/config.ts';

export const backupCommand = (program: Command): void => {
  program
    .command('backup')
    .description('write the data folder into one file, while its server runs')
    .argument('<file>', 'a file that is not there yet')
    .option('--data <dir>', 'the data folder (default: $LONGSHORE_DATA or ~/.longshore)')
    .action(async (file: string, options: { readonly data?: string }) => {
      const { writeBackup } = await import('../main/backup.ts');
      const { machineClock } = await import('../main/machine.ts');
      const path = resolve(file);
      const dataDir = dataDirOf(options.data, process.env);
      const { bytes, logs, ends } = writeBackup(dataDir, path, machineClock().wall());
      const more =
        ends === 0
          ? ''
          : `, ${ends} ended ${ends === 1 ? 'task' : 'tasks'} that the server may not have noted yet`;
      console.log(`wrote ${path}, ${sizeOf(bytes)}: the database, the keys, ${logs} logs${more}`);
      console.log('it holds the root key: keep it as you keep that');
      if (statSync(path).dev === statSync(dataDir).dev)
        console.log('it lies on the disk of the data folder: keep a copy elsewhere');
    });
};

const sizeOf = (bytes: number): string =>
  bytes < 1_048_576 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`;
