import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, sourcesBelow } from '../../test/tidy/sources.ts';
import { titles } from './node-test.ts';

const STUB = new URL('node-test.ts', import.meta.url).href;

/**
 * The titles of all tests, also of those that loops and suites make: every test file is loaded with a `node:test` that
 * notes them and runs nothing.
 */
export const titlesOfTests = async (): Promise<readonly string[]> => {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => next(specifier === 'node:test' ? STUB : specifier, context),
  });
  for (const { path } of [...sourcesBelow('src', true), ...sourcesBelow('test', true)])
    if (path.endsWith('.test.ts')) await import(pathToFileURL(join(ROOT, path)).href);
  hooks.deregister();
  return titles;
};

/** The rules that titles name: `J-123 S-045: …`. */
export const rulesIn = (all: readonly string[]): ReadonlySet<string> =>
  new Set(all.flatMap((title) => title.match(/\b[SJEWTAK]-\d{3}\b/g) ?? []));
