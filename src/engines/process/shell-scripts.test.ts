import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { HELPER_SCRIPT, MOUNTS_SCRIPT, SHIM_SCRIPT, SHIM_VARIABLES } from './shell-scripts.ts';

/** The names that a script assigns, reads into, or counts with. */
const assignedIn = (script: string): string[] => {
  const found = new Set<string>();
  for (const [, name] of script.matchAll(/(?:^|[\s{;(])([a-z_]\w*) ?-?=/gm)) found.add(name!);
  for (const [, names] of script.matchAll(/\bread -r ([a-z_ ]+)/g))
    for (const name of names!.trim().split(' ')) found.add(name);
  for (const [, name] of script.matchAll(/\bfor (\w+) in\b/g)) found.add(name!);
  return [...found].sort();
};

test('what the shim sets is known by name, so that a job is given none of it', () => {
  assert.deepEqual(assignedIn(SHIM_SCRIPT), [...SHIM_VARIABLES].sort());
});

test('comments, empty lines and indentation are not run', () => {
  for (const script of [HELPER_SCRIPT, SHIM_SCRIPT, MOUNTS_SCRIPT]) {
    assert.doesNotMatch(script, /^(#|\s)|\n(#|\s)/);
    assert.match(script, /(done|exec "\$@" .*)\n$/);
  }
});

test('shellcheck finds nothing in the shell scripts', (t) => {
  const files = ['helper.sh', 'shim.sh', 'mounts.sh'].map((name) =>
    fileURLToPath(new URL(name, import.meta.url)),
  );
  const { error, status, stdout } = spawnSync('shellcheck', files, { encoding: 'utf8' });
  if (error) return t.skip('left out: there is no shellcheck here');
  assert.deepEqual([status, stdout], [0, '']);
});
