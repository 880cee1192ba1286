import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { python } from './install.ts';
import { LIMIT, makePlace, program } from './place.ts';

const DEFINITION = {
  jobDefinitionName: 'luigi',
  type: 'container',
  parameters: { word: '-', code: '0' },
  containerProperties: {
    image: 'busybox',
    vcpus: 1,
    memory: 64,
    command: ['sh', '-c', 'echo "printed $0"; exit $1', 'Ref::word', 'Ref::code'],
  },
};

test(
  'Luigi runs tasks in their order, and shows what a job that failed printed, nothing else',
  LIMIT,
  async (t) => {
    const path = python(t, 'luigi', ['luigi==3.8.1', 'boto3==1.43.11']);
    const place = path && (await makePlace(t, path));
    if (!place) return;
    writeFileSync(join(place.folder, 'definition.json'), JSON.stringify(DEFINITION));
    const { code, stdout, stderr } = await place.run('python', [program('luigi-tasks.py')]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /failures: \['Job \S+ failed: printed broken'\]/);
    const done = readdirSync(place.folder).filter((name) => ['first', 'second', 'broken'].includes(name));
    assert.deepEqual(done.sort(), ['first', 'second']);
  },
);
