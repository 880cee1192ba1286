import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { StoreTooNew } from '../store/store.ts';
import { UsageError } from './config.ts';
import { openDataFolder, readAddress, readRootKey, whyNotStarted, writeAddress } from './data-folder.ts';

const folderOf = (t: TestContext): string => {
  const parent = mkdtempSync(join(tmpdir(), 'longshore-folder-'));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, 'a', 'data');
};

test('the first opening makes keys, every later one finds them', (t) => {
  const path = folderOf(t);
  const first = openDataFolder(path, undefined);
  assert.match(first.rootKey.accessKeyId, /^[A-Z0-9]{20}$/);
  assert.match(first.rootKey.secretAccessKey, /^[A-Za-z0-9+/]{40}$/);
  assert.equal(first.isNew, true);
  first.release();
  const { rootKey, tokenKey, isNew, release } = openDataFolder(path, undefined);
  assert.deepEqual(
    { rootKey, tokenKey, isNew },
    { rootKey: first.rootKey, tokenKey: first.tokenKey, isNew: false },
  );
  release();
});

test('the folder and its secrets are for the owner only', (t) => {
  const path = folderOf(t);
  openDataFolder(path, undefined).release();
  assert.equal(statSync(path).mode & 0o777, 0o700);
  for (const name of ['root-key.json', 'token-key'])
    assert.equal(statSync(join(path, name)).mode & 0o777, 0o600);
  assert.deepEqual(
    readdirSync(path).filter((name) => name.endsWith('.new')),
    [],
  );
});

test('A-013: a sealing key that is none is told at the start', (t) => {
  const path = folderOf(t);
  openDataFolder(path, undefined).release();
  for (const text of ['', 'ab', 'x'.repeat(64)]) {
    writeFileSync(join(path, 'sealing-key'), text);
    assert.throws(() => openDataFolder(path, undefined), /sealing-key does not hold a key of 64 hex digits/);
  }
});

test('a chosen key counts at the first start only', (t) => {
  const path = folderOf(t);
  const chosen = { accessKeyId: 'CHOSEN', secretAccessKey: 'secret' };
  openDataFolder(path, chosen).release();
  const later = openDataFolder(path, { accessKeyId: 'OTHER', secretAccessKey: 'other' });
  assert.deepEqual(later.rootKey, chosen);
  later.release();
});

test('a folder in use is refused with the pid of its server, and is free after release', (t) => {
  const path = folderOf(t);
  const held = openDataFolder(path, undefined);
  assert.throws(
    () => openDataFolder(path, undefined),
    (error: Error) => error instanceof UsageError && error.message.includes(`(pid ${process.pid})`),
  );
  held.release();
  openDataFolder(path, undefined).release();
});

for (const text of ['', '{', '[]', '{"accessKeyId":"A"}']) {
  test(`a key file that holds '${text}' is named, and the folder is let go`, (t) => {
    const path = folderOf(t);
    openDataFolder(path, undefined).release();
    writeFileSync(join(path, 'root-key.json'), text);
    for (let i = 0; i < 2; i++)
      assert.throws(() => openDataFolder(path, undefined), {
        name: 'UsageError',
        message: /root-key.json does not hold a key/,
      });
    assert.throws(() => readRootKey(path), UsageError);
  });
}

test('the address is found by clients, and there is none before the first start', (t) => {
  const path = folderOf(t);
  assert.equal(readAddress(path), undefined);
  openDataFolder(path, undefined).release();
  writeAddress(path, { url: 'http://127.0.0.1:1', region: 'any', engine: 'process' });
  assert.deepEqual(readAddress(path), { url: 'http://127.0.0.1:1', region: 'any', engine: 'process' });
});

const withCode = (code: string) => Object.assign(new Error('said'), { code });

const REASONS: [Error, RegExp][] = [
  [withCode('EACCES'), /^the data folder \/tmp cannot be written: said$/],
  [withCode('EROFS'), /cannot be written/],
  [withCode('SQLITE_READONLY_DIRECTORY'), /cannot be written/],
  [withCode('SQLITE_CANTOPEN'), /cannot be written/],
  [withCode('ENOSPC'), /^there is no space left for the data folder \/tmp$/],
  [withCode('SQLITE_FULL'), /there is no space left/],
  [withCode('ENOTDIR'), /is not a folder/],
  [withCode('SQLITE_NOTADB'), /^the database in \/tmp cannot be used: said$/],
  [new StoreTooNew('schema version 9'), /^\/tmp: schema version 9$/],
];

for (const [error, message] of REASONS) {
  test(`${(error as NodeJS.ErrnoException).code ?? error.name} becomes a line for a person`, () => {
    const told = whyNotStarted('/tmp', error);
    assert.equal(told.name, 'UsageError');
    assert.match(told.message, message);
  });
}

test('a bug stays the error it is', () => {
  const bug = new TypeError('x is not a function');
  assert.equal(whyNotStarted('/tmp', bug), bug);
});
