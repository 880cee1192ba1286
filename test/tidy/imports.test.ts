import assert from 'node:assert/strict';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { sourcesBelow } from './sources.ts';

/**
 * Which folder may import which: imports point one way. `main` stands for the files directly in `src/`, which build the
 * whole; a folder may always import itself.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  cli: ['main', 'domain', 'lib'],
  main: ['http', 'loops', 'operations', 'engines', 'output', 'store', 'domain', 'lib'],
  http: ['operations', 'auth', 'api', 'domain', 'lib'],
  loops: ['scheduler', 'reconciler', 'operations', 'store', 'engines', 'domain', 'lib'],
  operations: ['store', 'engines', 'output', 'scheduler', 'domain', 'lib'],
  scheduler: ['domain'],
  reconciler: ['engines'],
  auth: ['domain'],
  engines: ['domain', 'lib'],
  output: ['lib'],
  store: ['domain', 'lib'],
  domain: ['lib'],
  api: [],
  lib: [],
};

/** Narrower than a folder: what of it may be imported from outside it. */
const ONLY: readonly { readonly from: string; readonly to: string; readonly files: readonly string[] }[] = [
  { from: 'operations', to: 'engines', files: ['src/engines/engine.ts'] },
  { from: 'operations', to: 'scheduler', files: ['src/scheduler/snapshot.ts'] },
  { from: 'loops', to: 'engines', files: ['src/engines/engine.ts'] },
  { from: 'reconciler', to: 'engines', files: ['src/engines/engine.ts'] },
];

const folderOf = (path: string): string => {
  const parts = path.split('/');
  return parts.length === 2 ? 'main' : parts[1]!;
};

const importsOf = ({ path, text }: { path: string; text: string }): string[] =>
  [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((found) =>
    normalize(join(dirname(path), found[1]!)),
  );

test('every import points where its folder may look', () => {
  const wrong: string[] = [];
  for (const source of sourcesBelow('src')) {
    const from = folderOf(source.path);
    for (const target of importsOf(source)) {
      const to = folderOf(target);
      const only = ONLY.find((rule) => rule.from === from && rule.to === to);
      const allowed = from === to || MAY_IMPORT[from]?.includes(to);
      if (!allowed || (only && !only.files.includes(target))) wrong.push(`${source.path} imports ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('every permission is used: what a folder does not need it may not have', () => {
  const used = new Set(
    sourcesBelow('src').flatMap((source) =>
      importsOf(source).map((target) => `${folderOf(source.path)} ${folderOf(target)}`),
    ),
  );
  const unused = Object.entries(MAY_IMPORT).flatMap(([from, all]) =>
    all.filter((to) => !used.has(`${from} ${to}`)).map((to) => `${from} ${to}`),
  );
  assert.deepEqual(unused, []);
});

test('one engine never imports another', () => {
  const engineOf = (path: string) => /^src\/engines\/([^/]+)\//.exec(path)?.[1];
  const wrong = sourcesBelow('src/engines').flatMap((source) =>
    importsOf(source).filter(
      (target) => engineOf(target) !== undefined && engineOf(target) !== engineOf(source.path),
    ),
  );
  assert.deepEqual(wrong, []);
});

test('every folder of the table is there, and every folder is in the table', () => {
  const folders = new Set(sourcesBelow('src').map((source) => folderOf(source.path)));
  assert.deepEqual([...folders].sort(), Object.keys(MAY_IMPORT).sort());
});

test('no file needs itself by way of others', () => {
  const needs = new Map(sourcesBelow('src').map((source) => [source.path, importsOf(source)]));
  const circleFrom = (path: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    const next = needs.get(path) ?? [];
    needs.set(path, []);
    for (const target of next) {
      const circle = circleFrom(target, [...way, path]);
      if (circle) return circle;
    }
    return undefined;
  };
  for (const path of [...needs.keys()]) assert.equal(circleFrom(path, [])?.join(' -> '), undefined);
});
