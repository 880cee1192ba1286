import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  futimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { isFolder, makeFolders } from '../engines/folders.ts';
import { paddingOf, readTarBlock, TAR_BLOCK, type TarFile } from '../lib/tar.ts';
import { MIGRATIONS } from '../store/migrations.ts';
import { ABOUT, type BackupAbout, isBackupName, SUMS, TOP_FILES } from './backup-format.ts';
import { UsageError } from './config.ts';
import { DATABASE, lockFolder, RESTORING } from './data-folder.ts';

/**
 * Makes the data folder `dataDir`, which must be empty or not there, of the backup `path`: whole or not at all. Everything
 * is unpacked and looked at within the folder first. Throws `UsageError` for what is no whole backup, one of a newer
 * Longshore, a folder that is used, and a full disk; then the folder is as it was.
 */
export const restoreBackup = (path: string, dataDir: string): BackupAbout => {
  const wasThere = isFolder(dataDir);
  if (wasThere && readdirSync(dataDir).length > 0) refuseUsed(dataDir);
  const backup = openBackup(path);
  try {
    const about = readAbout(backup, path);
    makeFolders(dataDir, 0o700);
    const release = lockFolder(dataDir);
    const staging = join(dataDir, RESTORING);
    try {
      unpack(backup, path, staging);
      for (const name of inOrder(readdirSync(staging))) renameSync(join(staging, name), join(dataDir, name));
      rmdirSync(staging);
    } catch (error) {
      for (const name of [RESTORING, 'lock.db', 'lock.db-journal', 'pid'])
        rmSync(join(dataDir, name), { recursive: true, force: true });
      if (!wasThere) rmdirSync(dataDir);
      throw error;
    } finally {
      release();
    }
    return about;
  } catch (error) {
    throw whyNotRestored(path, dataDir, error as NodeJS.ErrnoException);
  } finally {
    closeSync(backup);
  }
};

/** A server that runs there is told as such. */
const refuseUsed = (dataDir: string): never => {
  if (existsSync(join(dataDir, 'lock.db'))) lockFolder(dataDir)();
  throw new UsageError(
    `${dataDir} is not empty: a restore needs an empty folder, or --data DIR for a new one`,
  );
};

const openBackup = (path: string): number => {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
};

const notWhole = (path: string, what: string): UsageError =>
  new UsageError(`${path} is no whole backup: ${what}`);

const readAbout = (fd: number, path: string): BackupAbout => {
  const first = nextFile(fd);
  if (first === 'foreign' || first === 'end' || first.name !== ABOUT || first.bytes > TAR_BLOCK)
    throw new UsageError(`${path} is no backup that \`longshore backup\` wrote`);
  const about = parseAbout(readBytes(fd, first.bytes).toString());
  readBytes(fd, paddingOf(first.bytes));
  if (!about) throw notWhole(path, 'it is damaged');
  if (about.format !== 1 || about.schema > MIGRATIONS.length)
    throw new UsageError(
      `${path} was written by a newer Longshore: its schema is ${about.schema}, this one knows up to ${MIGRATIONS.length}`,
    );
  return about;
};

const parseAbout = (text: string): BackupAbout | undefined => {
  try {
    return JSON.parse(text) as BackupAbout;
  } catch {
    return undefined;
  }
};

/** The head of the next file; its bytes come next. */
const nextFile = (fd: number): TarFile | 'end' | 'foreign' => {
  let records = '';
  for (;;) {
    const block = readTarBlock(readBytes(fd, TAR_BLOCK), records);
    switch (block.kind) {
      case 'file':
        return block.file;
      case 'records':
        if (block.bytes > TAR_BLOCK) return 'foreign';
        records = readBytes(fd, block.bytes).toString();
        readBytes(fd, paddingOf(block.bytes));
        break;
      case 'end':
      case 'foreign':
        return block.kind;
    }
  }
};

/** Fewer at the file's end. */
const readBytes = (fd: number, bytes: number): Buffer => {
  const into = Buffer.alloc(bytes);
  let at = 0;
  for (let n = 1; at < bytes && n > 0; at += n) n = readSync(fd, into, at, bytes - at, null);
  return into.subarray(0, at);
};

/** All of it below `staging`, and compared with the sums. */
const unpack = (fd: number, path: string, staging: string): void => {
  mkdirSync(staging, { mode: 0o700 });
  for (const name of ['logs', 'tasks']) mkdirSync(join(staging, name), { mode: 0o700 });
  const sums: string[] = [];
  let told: string | undefined;
  for (let file = nextFile(fd); file !== 'end'; file = nextFile(fd)) {
    if (file === 'foreign') throw notWhole(path, 'it is cut short or damaged');
    if (file.name === SUMS) told = readBytes(fd, file.bytes).toString();
    else if (isBackupName(file.name)) sums.push(`${unpackFile(fd, path, file, staging)}  ${file.name}`);
    else throw notWhole(path, `it holds ${JSON.stringify(file.name)}`);
    readBytes(fd, paddingOf(file.bytes));
  }
  const expected = told
    ?.trimEnd()
    .split('\n')
    .filter((line) => !line.endsWith(`  ${ABOUT}`));
  const wrong = sums.find((line, at) => line !== expected?.[at]);
  if (wrong !== undefined || sums.length !== expected?.length)
    throw notWhole(path, `the sum of ${wrong?.split('  ')[1] ?? 'a file'} is wrong`);
  checkDatabase(join(staging, DATABASE), path);
};

const SLICE = 1_048_576;

/** Returns the sum of what was written. */
const unpackFile = (fd: number, path: string, file: TarFile, staging: string): string => {
  const target = join(staging, file.name);
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  const out = openSync(target, 'wx', 0o600);
  const hash = createHash('sha256');
  try {
    for (let left = file.bytes; left > 0; ) {
      const slice = readBytes(fd, Math.min(SLICE, left));
      if (slice.length === 0) throw notWhole(path, 'it is cut short or damaged');
      hash.update(slice);
      for (let at = 0; at < slice.length; ) at += writeSync(out, slice, at);
      left -= slice.length;
    }
    futimesSync(out, file.modified / 1000, file.modified / 1000);
    fsyncSync(out);
  } finally {
    closeSync(out);
  }
  return hash.digest('hex');
};

const checkDatabase = (database: string, path: string): void => {
  for (const name of TOP_FILES.slice(0, 3))
    if (!existsSync(join(dirname(database), name))) throw notWhole(path, `it has no ${name}`);
  const connection = new Sqlite(database, { readonly: true });
  const said = connection.pragma('integrity_check(1)', { simple: true });
  connection.close();
  if (said !== 'ok') throw notWhole(path, `its database is damaged: ${said}`);
};

/** The database comes last: without it a folder is none yet. */
const inOrder = (names: readonly string[]): string[] => [
  ...names.filter((name) => name !== DATABASE),
  DATABASE,
];

const whyNotRestored = (path: string, dataDir: string, error: NodeJS.ErrnoException): Error => {
  const { code = '' } = error;
  if (code === 'ENOSPC' || code === 'SQLITE_FULL')
    return new UsageError(`there is no space left to restore ${path} into ${dataDir}: nothing was restored`);
  if (code === 'EISDIR') return new UsageError(`${path} is a folder`);
  if (/^(EACCES|EEXIST|ENOENT|ENOTDIR|EPERM|EROFS|EDQUOT|SQLITE_.*)$/.test(code))
    return new UsageError(`${dataDir} was not restored: ${error.message}`);
  return error;
};
