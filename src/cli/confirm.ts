import { createInterface } from 'node:readline/promises';
import { UsageError } from '../main/config.ts';

/** Asks before `what` (`stop 5 jobs`) is done; whoever cannot be asked says `--yes`. `otherwise`: what is said after a no. */
export const confirm = async (what: string, otherwise: string): Promise<void> => {
  if (!process.stdin.isTTY) throw new UsageError(`this would ${what}: say --yes to do so`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${what}? [y/N] `);
  terminal.close();
  if (!/^y/i.test(answer)) throw new UsageError(otherwise);
};
