import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { tempFolder } from '../../test/support/cli.ts';
import { UsageError } from '../main/config.ts';
import { envFile } from './env-file.ts';

const fileOf = (t: TestContext, content: string | Buffer): string => {
  const path = join(tempFolder(t), 'variables');
  writeFileSync(path, content);
  return path;
};

test('an env file: a value is all behind the first =, quotes and spaces included', (t) => {
  const lines = ['# one', '', 'A=1', '  B="two words" ', "C='x=y'", 'D=', 'E= spaced'];
  assert.deepEqual(envFile(fileOf(t, lines.join('\n'))), [
    'A=1',
    'B="two words" ',
    "C='x=y'",
    'D=',
    'E= spaced',
  ]);
});

test('an env file of another system: a byte order mark and CRs are no part of it', (t) => {
  assert.deepEqual(envFile(fileOf(t, '\uFEFFA=1\r\nB=2\r\n')), ['A=1', 'B=2']);
});

for (const [what, content, words] of [
  ['a name alone', 'A=1\nPATH\n', /: line 2 is not NAME=VALUE: 'PATH'$/],
  ['a line for a shell', 'export A=1\n', /: line 1 is not NAME=VALUE: 'export A=1'$/],
  ['no name', '=1\n', /: line 1 is not NAME=VALUE: '=1'$/],
  ['no text', Buffer.from([0x41, 0x3d, 0xff]), /: is no text in UTF-8$/],
] as const)
  test(`an env file with ${what} is refused in one line`, (t) => {
    const path = fileOf(t, content);
    assert.throws(
      () => envFile(path),
      (error) => error instanceof UsageError && words.test(error.message),
    );
  });

test('an env file that is not there, or a folder, is told as that', (t) => {
  const folder = tempFolder(t);
  assert.throws(() => envFile(join(folder, 'none')), /^\S+: --env-file \S+\/none: there is no such file$/);
  assert.throws(() => envFile(folder), /: is a folder$/);
});
