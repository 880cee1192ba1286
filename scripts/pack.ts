import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What npm needs and no more: nothing of the checkout's own npm run reaches another folder. */
export const npmEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_(?!config_)|AWS_|LONGSHORE_|NODE_TEST)/i.test(name),
    ),
  );

/** Makes the package of this checkout in the folder `to`, from a copy in `scratch`, so that nothing is built here; its path. */
export const packTo = (to: string, scratch: string): string => {
  const source = join(scratch, 'source');
  mkdirSync(source);
  for (const name of readdirSync(ROOT).filter((entry) => !/^(node_modules|dist|\.git)$/.test(entry)))
    cpSync(join(ROOT, name), join(source, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(source, 'node_modules'));
  const options = { cwd: source, env: npmEnvironment(), encoding: 'utf8' } as const;
  const said = execFileSync('npm', ['pack', '--silent', '--pack-destination', to], options);
  return join(to, said.trim().split('\n').at(-1)!);
};
