import assert from 'node:assert/strict';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { sourcesBelow } from './sources.ts';

/**
 * Which folder may import which, from the outermost to the innermost: imports point down this list alone. A folder may
 * always import itself.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  cli: ['main', 'auth', 'domain', 'lib'],
  main: ['http', 'loops', 'operations', 'service', 'why', 'engines', 'output', 'store', 'domain', 'lib'],
  http: ['operations', 'auth', 'api', 'domain', 'lib'],
  loops: ['transitions', 'service', 'why', 'scheduler', 'engines', 'store', 'domain', 'lib'],
  operations: ['transitions', 'service', 'why', 'output', 'store', 'auth', 'domain', 'lib'],
  transitions: ['service', 'scheduler', 'engines', 'store', 'domain', 'lib'],
  service: ['why', 'engines', 'output', 'store', 'auth', 'domain', 'lib'],
  why: ['scheduler', 'store', 'domain'],
  scheduler: ['domain', 'lib'],
  engines: ['domain', 'lib'],
  output: ['lib'],
  store: ['domain', 'lib'],
  auth: ['domain'],
  domain: ['lib'],
  api: [],
  lib: [],
};

/** Narrower than a folder: what of it may be imported from outside it. */
const ONLY: readonly { readonly from: string; readonly to: string; readonly files: readonly string[] }[] = [
  ...['service', 'transitions', 'loops'].map((from) => ({
    from,
    to: 'engines',
    files: ['src/engines/engine.ts'],
  })),
  { from: 'transitions', to: 'scheduler', files: ['src/scheduler/snapshot.ts'] },
];

/** `src/FOLDER/…`: nothing lies loose in `src/`. */
const folderOf = (path: string): string => path.split('/')[1]!;

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

test('imports point one way: each folder looks only at those below it in the table', () => {
  const rooms = Object.keys(MAY_IMPORT);
  const upwards = Object.entries(MAY_IMPORT).flatMap(([from, all]) =>
    all.filter((to) => rooms.indexOf(to) <= rooms.indexOf(from)).map((to) => `${from} ${to}`),
  );
  assert.deepEqual(upwards, []);
});

test('a folder of one file is none', () => {
  const entries = new Map<string, Set<string>>();
  for (const { path } of sourcesBelow('src')) {
    for (let at = path; at !== 'src'; at = dirname(at)) {
      entries.set(dirname(at), (entries.get(dirname(at)) ?? new Set()).add(at));
    }
  }
  const lonely = [...entries].filter(([, inside]) => inside.size < 2).map(([folder]) => folder);
  assert.deepEqual(lonely, []);
});

/** Of `src/engines`, what engines share. */
const SHARED = ['logs'];

test('one engine never imports another', () => {
  const engineOf = (path: string) => {
    const folder = /^src\/engines\/([^/]+)\//.exec(path)?.[1];
    return folder !== undefined && SHARED.includes(folder) ? undefined : folder;
  };
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
