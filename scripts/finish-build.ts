/** Copies what the compiler leaves out into dist/. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';

for (const path of [
  'src/cli/demo-worker.mjs',
  'src/engines/process/helper.sh',
  'src/engines/process/mounts.sh',
  'src/engines/process/shim.sh',
])
  cpSync(path, `dist/${path}`);
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
writeFileSync('dist/package.json', `${JSON.stringify({ type: 'module', version })}\n`);
