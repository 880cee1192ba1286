import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Copies a program of this machine into an image's root, as `path` there, with the libraries that it is linked to. */
export const addProgram = (root: string, program: string, path = program): void => {
  addFile(root, program, path);
  addLibraries(root, program);
};

/** The libraries alone. */
export const addLibraries = (root: string, program: string): void => {
  for (const library of librariesOf(program)) addFile(root, library, library);
};

/** The loader too, which is named without an arrow. */
const librariesOf = (program: string): string[] => {
  return [...linked(program).matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map(([, path]) => path!);
};

/** What is linked to nothing has no libraries, which ldd calls an error. */
const linked = (program: string): string => {
  try {
    return execFileSync('ldd', [program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch {
    return '';
  }
};

/** The file that a link leads to, under the link's name. */
const addFile = (root: string, from: string, path: string): void => {
  const to = join(root, path);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(realpathSync(from), to);
};
