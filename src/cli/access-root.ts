import type { Command } from 'commander';
import { dataDirOf } from '../main/config.ts';
import { addRootKey, dropOldRootKey } from '../main/data-folder.ts';
import { FOLDER, type Folder } from './access-lists.ts';

/** Another root key without a gap (rule A-009): the server's folder has them, and the server looks there each second. */
export const addRotation = (access: Command): void => {
  access
    .command('rotate-root')
    .description("make root's second key in the data folder, and later take the first away")
    .option('--finish', 'take the older key away')
    .option(...FOLDER)
    .action(({ data, finish }: Folder & { readonly finish?: boolean }) => {
      const dataDir = dataDirOf(data, process.env);
      if (finish) return console.log(`root key ${dropOldRootKey(dataDir).accessKeyId} is gone`);
      const { accessKeyId } = addRootKey(dataDir);
      console.log(`root key: ${accessKeyId}, with its secret in ${dataDir}/root-key.json`);
      console.error('longshore: the old key still works. Next, when all that use it have the new one:');
      console.error('  longshore access rotate-root --finish');
    });
};
