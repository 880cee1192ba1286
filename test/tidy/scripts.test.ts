import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './sources.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

test('every script of package.json is named in the README or the docs', () => {
  const pages = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  const text = [read('README.md'), ...pages.map((name) => read(`docs/${name}`))].join('\n');
  const names = Object.keys(JSON.parse(read('package.json')).scripts);
  assert.deepEqual(
    names.filter((name) => !new RegExp(`(\`|npm (run )?)${name}(?![\\w:-])`).test(text)),
    [],
  );
});
