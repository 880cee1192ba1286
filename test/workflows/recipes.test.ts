import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { collect, EXECUTABLE, startServe, tempFolder } from '../support/cli.ts';
import { python } from './install.ts';
import { LIMIT, PATIENCE_MILLISECONDS, program, start, startOthers } from './place.ts';

/* The pages of docs/recipes that say so are run as they are written: their files, then their commands. */

interface Recipe {
  readonly requirements: readonly string[];
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly commands: string;
}

const readRecipe = (name: string): Recipe => {
  const page = readFileSync(program(`../../docs/recipes/${name}.md`), 'utf8');
  const blocks = [...page.matchAll(/^```\w+ (install|run|file=(\S+))\n([\s\S]*?)^```$/gm)];
  const textOf = (kind: string) => blocks.find(([, is]) => is === kind)![3]!;
  return {
    requirements: /^pip install (.+)$/m.exec(textOf('install'))![1]!.split(' '),
    files: blocks.flatMap(([, , path, text]) => (path === undefined ? [] : [{ path, text: text! }])),
    commands: textOf('run'),
  };
};

/** The page, and what its commands print. */
const PAGES: readonly (readonly [string, RegExp])[] = [
  ['metaflow', /the sum is 29/],
  ['snakemake', /^9$/m],
  ['miniwdl', /"letters\.letters": \[\s*3,\s*5,\s*4\s*\]/],
  ['airflow', /^counted 5$/m],
];

for (const [name, prints] of PAGES) {
  test(`docs/recipes/${name}.md works as it is written`, LIMIT, async (t) => {
    const { requirements, files, commands } = readRecipe(name);
    const path = python(t, name, requirements);
    const moto = path && python(t, 'moto', ['moto[server]==5.2.1']);
    if (!moto) return;
    const folder = tempFolder(t);
    for (const file of files) {
      mkdirSync(dirname(join(folder, file.path)), { recursive: true });
      writeFileSync(join(folder, file.path), file.text);
    }
    symlinkSync(EXECUTABLE, join(folder, 'longshore'));
    const { dataDir } = await startServe(t);
    const s3 = await startOthers(t, moto, folder);
    const shell = ['set -e', 'eval "$(longshore env)"', `export AWS_ENDPOINT_URL_S3=${s3}`, commands].join(
      '\n',
    );
    const child = start(t, 'bash', ['-c', shell], folder, {
      PATH: `${folder}:${path}:${process.env.PATH}`,
      HOME: folder,
      TMPDIR: folder,
      LANG: 'C.UTF-8',
      LONGSHORE_DATA: dataDir,
    });
    const { code, stdout, stderr } = await collect(child, 3 * PATIENCE_MILLISECONDS).ended;
    assert.equal(code, 0, `${stdout}${stderr}`);
    assert.match(stdout, prints);
  });
}
