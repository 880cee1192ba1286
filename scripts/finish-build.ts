/** Copies what the compiler leaves out into dist/. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';

cpSync('src/cli/demo-worker.mjs', 'dist/src/cli/demo-worker.mjs');
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
writeFileSync('dist/package.json', `${JSON.stringify({ type: 'module', version })}\n`);
