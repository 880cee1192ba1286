import { existsSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { removeGroups } from './groups.ts';
import { at } from './places.ts';
import { doors, firstProcess } from './room.ts';
import { until } from './until.ts';

const isEnded = (): void => {
  if (firstProcess() !== undefined) throw new Error('its first process is there');
};

/** Ends a cluster, whole or not, and leaves nothing of it. */
export const down = async (): Promise<void> => {
  if (!existsSync(at('pid'))) return rmSync(at(), { recursive: true, force: true });
  for (const door of doors()) process.kill(door, 'SIGKILL');
  const first = firstProcess();
  // the kernel ends all others of its namespace with it
  if (first !== undefined) process.kill(first, 'SIGKILL');
  await until('the end of all', isEnded);
  await until('its control groups', removeGroups);
  for (const folder of madeFolders()) await until(folder, () => removeMade(folder));
  rmSync(at(), { recursive: true, force: true });
};

/** It may be gone, or have come to be somebody's: then it stays. */
const removeMade = (folder: string): void => {
  try {
    rmdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY') console.error(`${folder} has something of others in it by now: it stays`);
    else if (code !== 'ENOENT') throw error;
  }
};

/** Where the machine had none, and a node's mounts needed one; the innermost first. */
const madeFolders = (): string[] =>
  existsSync(at('made')) ? readFileSync(at('made'), 'utf8').split('\n').filter(Boolean).reverse() : [];
