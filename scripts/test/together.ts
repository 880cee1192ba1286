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
 * to `folder`. Neighbours take alike long, so they are dealt out.
 */
export const together = (args: readonly string[], folder: string): string[] => {
  const isBeside = (arg: string) => arg.startsWith(BESIDE_CODE);
  const files = globSync(args.filter(isBeside)).sort();
  const count = Math.ceil(files.length / MOST_IN_ONE);
  const parts = Array.from({ length: count }, (_, part) => {
    const path = join(folder, `part-${part + 1}.mjs`);
    writeFileSync(path, textOf(files.filter((_, at) => at % count === part)));
    return path;
  });
  return [...args.filter((arg) => !isBeside(arg)), ...parts];
};

/** The test files that `path` runs: itself, but for one that `together` wrote. */
export const filesRunBy = (path: string): string[] => {
  if (!PART.test(path)) return [path];
  const [, list] = /^\/\/ (.*)$/m.exec(readFileSync(path, 'utf8'))!;
  return JSON.parse(list!);
};

/** One that does not load fails for itself. */
const textOf = (files: readonly string[]): string => {
  const paths = files.map((file) => resolve(file));
  const loads = paths.map((path) => `await load(${JSON.stringify(pathToFileURL(path))});`);
  return `// ${JSON.stringify(paths)}
import { test } from 'node:test';
const load = (url) => import(url).catch((error) => test(\`\${url} does not load\`, () => { throw error; }));
${loads.join('\n')}
`;
};
