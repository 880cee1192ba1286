import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Tests beside their code need no process of their own, and to start one takes longer than most of them. */
const BESIDE_CODE = 'src/';

/** Files in a process: enough to make its start cheap, few enough that all cores have work to the end. */
const MOST_IN_ONE = 24;

/** The name of a file that runs others. */
const PART = /[/\\]part-\d+\.mjs$/;

/**
 * Arguments of `node --test` in which files and globs under `src/` are replaced by files that import them, several each, which are written
 * to `folder`. Neighbours take alike long, so they are dealt out. Throws where none is there.
 */
export const together = (args: readonly string[], folder: string): string[] => {
  const isBeside = (arg: string) => arg.startsWith(BESIDE_CODE);
  for (const arg of args.filter(isBeside))
    if (globSync(arg).length === 0) throw new Error(`there is no ${arg}`);
  const files = globSync(args.filter(isBeside)).sort();
  const count = Math.ceil(files.length / MOST_IN_ONE);
  const parts = Array.from({ length: count }, (_, part) => {
    const path = join(folder, `part-${part + 1}.mjs`);
    writeFileSync(path, textOf(files.filter((_, at) => at % count === part)));
    return path;
  });
  return [...args.filter((arg) => !isBeside(arg)), ...parts];
};

export const isPart = (path: string): boolean => PART.test(path);

/** The test files that a part runs. */
export const filesOfPart = (path: string): string[] =>
  JSON.parse(/^const files = (.*);$/m.exec(readFileSync(path, 'utf8'))![1]!);

/** Each is a suite that has its name: what is at the top of a file concerns its own tests alone, and one that does not load fails by itself. */
const textOf = (files: readonly string[]): string => `import { describe } from 'node:test';
const files = ${JSON.stringify(files.map((file) => resolve(file)))};
const urls = ${JSON.stringify(files.map((file) => pathToFileURL(resolve(file))))};
files.forEach((file, at) => describe(file, () => import(urls[at])));
`;
