import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * Finds the program a command names, as execvp would: undefined when there is none that can be run. `onHost`: where a path is
 * that the command sees.
 */
export const findProgram = (
  word: string,
  path: string,
  workDir: string,
  onHost = (seen: string): string => seen,
): string | undefined => {
  if (word.includes('/')) {
    const full = isAbsolute(word) ? word : join(workDir, word);
    return isProgram(onHost(full)) ? full : undefined;
  }
  for (const folder of path.split(delimiter)) {
    const full = join(folder === '' ? workDir : folder, word);
    if (isProgram(onHost(full))) return full;
  }
  return undefined;
};

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};
