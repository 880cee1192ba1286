import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { collect, eventually, later, tempFolder } from '../support/cli.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What npm needs and no more: nothing of the checkout's own npm run reaches the other folder. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_(?!config_)|AWS_|LONGSHORE_|NODE_TEST)/i.test(name),
    ),
  );

test('the package, packed and installed into an empty folder, serves and runs', async (t) => {
  const source = tempFolder(t);
  for (const name of readdirSync(ROOT).filter((entry) => !/^(node_modules|dist|\.git)$/.test(entry)))
    cpSync(join(ROOT, name), join(source, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(source, 'node_modules'));
  const folder = tempFolder(t);
  const options = { cwd: folder, env: environment() };
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], {
    ...options,
    cwd: source,
  });
  writeFileSync(join(folder, 'package.json'), '{}');
  await run(
    'npm',
    ['install', '--silent', '--prefer-offline', `./${stdout.trim().split('\n').at(-1)}`],
    options,
  );

  const installed = join(folder, 'node_modules', 'longshore');
  assert.deepEqual(
    readdirSync(installed)
      .filter((name) => name !== 'node_modules')
      .sort(),
    ['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'dist', 'package.json'],
  );
  assert.ok(!existsSync(join(installed, 'src')), 'no sources: Node does not read types inside node_modules');

  const npx = async (...args: string[]) => (await run('npx', ['longshore', ...args], options)).stdout;
  const { version } = JSON.parse(
    (await run('npm', ['pkg', 'get', 'version', '--json'], { ...options, cwd: ROOT })).stdout.replace(
      /^"(.*)"\s*$/,
      '{"version":"$1"}',
    ),
  );
  assert.equal((await npx('--version')).trim(), version);

  const data = join(folder, 'data');
  // the program itself: npx would not hand on a signal
  const program = join(folder, 'node_modules', '.bin', 'longshore');
  const server = spawn(program, ['serve', '--port', '0', '--data', data], options);
  const { output, ended } = collect(server, 90_000);
  later(t, async () => {
    server.kill('SIGTERM');
    await ended;
  });
  await eventually('serve', () => {
    if (server.exitCode !== null) throw new Error(output.stderr);
    return /next, in another/.test(output.stdout) ? true : undefined;
  });
  assert.equal(await npx('run', '--data', data, '--', 'echo', 'from the package'), 'from the package\n');
  assert.match(await npx('demo', '--input', installed), /^largest: /m);
});
