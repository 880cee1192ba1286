import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { npmEnvironment, packTo } from '../../scripts/pack.ts';
import { collect, eventually, later, tempFolder } from '../support/cli.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

test('the package, packed and installed as a command of its own, serves, runs and has its documents', async (t) => {
  const folder = tempFolder(t);
  const [home, prefix] = [join(folder, 'home'), join(folder, 'prefix')];
  for (const path of [home, prefix]) mkdirSync(path);
  const npm_config_cache = (
    await run('npm', ['config', 'get', 'cache'], { env: npmEnvironment() })
  ).stdout.trim();
  const env = {
    ...npmEnvironment(),
    HOME: home,
    npm_config_prefix: prefix,
    npm_config_cache,
    PATH: `${join(prefix, 'bin')}:${process.env.PATH}`,
  };
  const options = { cwd: home, env };
  await run(
    'npm',
    ['install', '--global', '--silent', '--prefer-offline', packTo(folder, tempFolder(t))],
    options,
  );

  const installed = join(prefix, 'lib', 'node_modules', 'longshore');
  assert.deepEqual(
    readdirSync(installed)
      .filter((name) => name !== 'node_modules')
      .sort(),
    ['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'contrib', 'deploy', 'dist', 'docs', 'package.json'],
  );
  assert.ok(!existsSync(join(installed, 'src')), 'no sources: Node does not read types inside node_modules');

  const longshore = async (...args: string[]) => (await run('longshore', args, options)).stdout;
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  assert.equal((await longshore('--version')).trim(), version);

  const server = spawn('longshore', ['serve', '--port', '0', '--engine', 'process'], options);
  const { output, ended } = collect(server, 300_000);
  later(t, async () => {
    server.kill('SIGTERM');
    await ended;
  });
  const next = await eventually('serve', () => {
    if (server.exitCode !== null) throw new Error(output.stderr);
    return /^next, in another terminal: {2}(eval "\S+ \S+") &&/m.exec(output.stdout)?.[1];
  });
  assert.equal(next, 'eval "$(longshore env)"');
  assert.equal(await longshore('run', '--', 'echo', 'from the package'), 'from the package\n');
  assert.match(await longshore('jobs'), / SUCCEEDED /);
  assert.match(await longshore('demo'), /^largest: /m);
  const backup = join(folder, 'backup.tar');
  await longshore('backup', backup);
  await longshore('restore', backup, '--data', join(folder, 'restored'));
});

test('an older Node is told what it needs, and nothing else', async (t) => {
  const folder = tempFolder(t);
  const program = join(folder, 'older.mjs');
  const version = "Object.defineProperty(process.versions, 'node', { value: '22.17.1' });";
  writeFileSync(program, `${version}\nawait import(${JSON.stringify(join(ROOT, 'bin', 'longshore.js'))});\n`);
  const error = await run(process.execPath, [program]).catch((failed) => failed);
  assert.deepEqual(
    [error.code, error.stdout, error.stderr],
    [2, '', 'longshore: needs Node 22.18 or later, this is 22.17.1\n'],
  );
});

test('no page has a command that would fetch a stranger’s package', () => {
  const pages = [
    'README.md',
    ...readdirSync(join(ROOT, 'docs'), { recursive: true }).map((name) => `docs/${name}`),
  ];
  const wrong = pages
    .filter((name) => name.endsWith('.md'))
    .filter((name) => /^\s*(eval "\$\()?npx (?!--no )/m.test(readFileSync(join(ROOT, name), 'utf8')));
  assert.deepEqual(wrong, []);
});
