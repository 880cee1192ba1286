import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goProgram } from './install.ts';
import { LIMIT, makePlace, program } from './place.ts';

const SDK = 'github.com/aws/aws-sdk-go-v2';
const MODULES = [
  `${SDK}/config@v1.29.9`,
  `${SDK}/service/batch@v1.52.0`,
  `${SDK}/service/cloudwatchlogs@v1.47.0`,
];

test('a program on the SDK for Go goes through the whole life of jobs', LIMIT, async (t) => {
  const path = goProgram(t, 'go', program('go-jobs.go'), MODULES);
  const place = path && (await makePlace(t, ''));
  if (!place) return;
  const { code, stdout, stderr } = await place.run(path, []);
  assert.equal(code, 0, stderr);
  assert.deepEqual(stdout.trim().split('\n'), [
    'queues: 1',
    'log: hello from go',
    'child: 2',
    'children: 3',
    'reason: enough',
    'refused: true',
  ]);
});
