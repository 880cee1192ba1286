import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { writeImage } from '../../scripts/image/archive.ts';
import { addLibraries, addProgram } from '../../scripts/image/root.ts';

/** What jobs of clients call beside Python; Debian's. */
const TOOLS =
  'bash cat cp date env gzip head ls mkdir mktemp mv printenv rm seq sh sleep tail tar tee touch tr wc'.split(
    ' ',
  );

/** Debian's Python; undefined where it is not. */
export const systemPython = (): string | undefined => globSync('/usr/bin/python3.[0-9]*').find(isProgram);

const isProgram = (path: string): boolean => /^python3\.\d+$/.test(basename(path));

/**
 * An archive `to` of an image with Debian's Python and tools, and the packages of a client's environment `bin`, as
 * a person would build it from their Dockerfile. `env`: variables of it.
 */
export const writePythonImage = async (
  name: string,
  { python, bin, env }: { readonly python: string; readonly bin: string; readonly env: readonly string[] },
  to: string,
): Promise<void> => {
  const root = mkdtempSync(join(tmpdir(), 'longshore-python-'));
  try {
    for (const path of ['etc', 'opt', 'root', 'tmp', 'usr/bin'])
      mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
    for (const tool of TOOLS) addProgram(root, `/bin/${tool}`);
    addPython(root, python);
    const [packages] = globSync(join(dirname(bin), 'lib/python3*/site-packages'));
    cpSync(packages!, join(root, 'opt/client'), { recursive: true });
    const config = {
      WorkingDir: '/root',
      Env: ['PATH=/usr/bin:/bin', 'PYTHONPATH=/opt/client', ...env],
      Cmd: ['python3'],
    };
    await writeImage(root, { name, config }, to);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

const addPython = (root: string, python: string): void => {
  addProgram(root, python);
  for (const link of ['python', 'python3']) symlinkSync(basename(python), join(root, 'usr/bin', link));
  const library = `/usr/lib/${basename(python)}`;
  cpSync(library, join(root, library), { recursive: true });
  for (const part of globSync(`${library}/lib-dynload/*.so`)) addLibraries(root, part);
};
