/* How memory limits are kept in the group this is started in, in one line. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMemory } from '../../src/engines/process/choose-memory-limits.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'longshore-mode-'));
const memory = openMemory({ dataDir, id: 'mode' }, undefined);
console.log(`mode: ${memory.mode}`);
memory.end(true);
rmSync(dataDir, { recursive: true });
