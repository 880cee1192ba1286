/**
 * Makes the data folder of the present schema version, which later versions are tested with:
 *
 *   npm run fixture
 *
 * writes `test/fixtures/data-folders/schema-N/`: the database as SQL, keys that open nothing else, what every operation that
 * reads showed of it, and what becomes of its jobs. Call it once for a new version, with the code that made the version; what
 * was released stays as it is.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MIGRATIONS } from '../src/store/migrations.ts';
import { readAll } from './fixture/answers.ts';
import { dump } from './fixture/dump.ts';
import { tellStory } from './fixture/story.ts';

const FOLDERS = fileURLToPath(new URL('../test/fixtures/data-folders', import.meta.url));
const ROOT_KEY = { accessKeyId: 'LSIATESTTESTTESTTEST', secretAccessKey: 'a-secret-for-tests' };

const folder = join(FOLDERS, `schema-${MIGRATIONS.length}`);
const { world, ends } = await tellStory();
const answers = await readAll(world);
const { clock, service } = world;
const moment = { wall: clock.wall(), steady: clock.steady(), bootId: clock.bootId };
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'database.sql'), await service.store.read(dump));
writeFileSync(join(folder, 'shown.jsonl'), `${answers.map((one) => JSON.stringify(one)).join('\n')}\n`);
writeFileSync(join(folder, 'ends.json'), `${JSON.stringify({ moment, ends }, undefined, 2)}\n`);
writeFileSync(join(folder, 'root-key.json'), `${JSON.stringify(ROOT_KEY)}\n`);
writeFileSync(join(folder, 'token-key'), 'test');
console.log(`wrote ${folder}`);
