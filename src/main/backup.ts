import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { readRecord } from '../engines/process/records.ts';
import { paddingOf, TAR_END, tarHead } from '../lib/tar.ts';
import { ABOUT, type BackupAbout, isBackupName, NOT_OF_ENDED, SUMS, TOP_FILES } from './backup-format.ts';
import { UsageError } from './config.ts';
import { DATABASE, isClosed } from './data-folder.ts';

export interface Written {
  /** Of the whole archive. */
  readonly bytes: number;
  readonly logs: number;
  /** Tasks whose end the database does not know yet. */
  readonly ends: number;
}

/**
 * Writes what is in the data folder `dataDir` into the new file `path`: whole or not at all, its owner's alone. A server may
 * run meanwhile. Throws `UsageError` for a folder that no server has used, a file that is there, and a full disk.
 *
 * The order matters. Ends that lie beside the database are read before it: what a server takes over meanwhile is in one or
 * the other. Logs are read after it, for they only grow: no job of the database has less of a log than it had.
 */
export const writeBackup = (dataDir: string, path: string, now: number): Written => {
  if (!existsSync(join(dataDir, DATABASE)))
    throw new UsageError(
      isClosed(dataDir)
        ? `the data folder ${dataDir} is another user's: back it up as that user`
        : `no server has used ${dataDir}: there is nothing to back up`,
    );
  if (existsSync(path)) throw new UsageError(`${path} is there already, and a backup overwrites nothing`);
  const draft = `${path}.${process.pid}.part`;
  const database = `${draft}.db`;
  try {
    const written = write(dataDir, draft, database, now);
    takePlace(draft, path);
    return written;
  } catch (error) {
    throw whyNotWritten(path, error as NodeJS.ErrnoException);
  } finally {
    for (const file of [draft, database]) rmSync(file, { force: true });
  }
};

const write = (dataDir: string, draft: string, database: string, now: number): Written => {
  const archive = new Archive(openSync(draft, 'wx', 0o600), now);
  try {
    const tasks = endedTasks(dataDir);
    const schema = copyDatabase(join(dataDir, DATABASE), database);
    const about: BackupAbout = { format: 1, schema, madeAt: new Date(now).toISOString() };
    archive.addText(ABOUT, `${JSON.stringify(about)}\n`);
    archive.addFile(DATABASE, database);
    for (const name of TOP_FILES.slice(1)) archive.addFile(name, join(dataDir, name));
    for (const small of tasks) archive.add(small);
    const logs = filesBelow(dataDir, 'logs').filter((name) => archive.addFile(name, join(dataDir, name)));
    const bytes = archive.end();
    const ends = new Set(tasks.map(({ name }) => dirname(name))).size;
    return { bytes, logs: logs.filter((name) => name.endsWith('.log')).length, ends };
  } finally {
    archive.close();
  }
};

/** The database as it stands at one moment, however much is written meanwhile. Returns its schema's version. */
const copyDatabase = (from: string, to: string): number => {
  closeSync(openSync(to, 'wx', 0o600));
  const connection = new Sqlite(from, { readonly: true, fileMustExist: true });
  try {
    connection.prepare('VACUUM INTO ?').run(to);
    const copy = new Sqlite(to, { readonly: true });
    const version = copy.pragma('user_version', { simple: true }) as number;
    copy.close();
    return version;
  } finally {
    connection.close();
  }
};

interface Small {
  readonly name: string;
  readonly bytes: Buffer;
  /** Wall milliseconds of its last change. */
  readonly modified: number;
}

/** What tells the ends of tasks, read at once: a server that takes an end over removes its files. */
const endedTasks = (dataDir: string): Small[] => {
  if (!existsSync(join(dataDir, 'tasks'))) return [];
  return readdirSync(join(dataDir, 'tasks'))
    .filter((id) => /^(ended|failed)$/.test(readRecord(join(dataDir, 'tasks', id)).kind))
    .flatMap((id) => filesOf(dataDir, join('tasks', id)))
    .filter((name) => !NOT_OF_ENDED.includes(name.split('/').at(-1)!))
    .flatMap((name) => {
      const fd = openIf(join(dataDir, name));
      if (fd === undefined) return [];
      const small = { name, bytes: readFileSync(fd), modified: Math.round(fstatSync(fd).mtimeMs) };
      closeSync(fd);
      return [small];
    });
};

const filesBelow = (dataDir: string, folder: string): string[] =>
  readdirSync(join(dataDir, folder)).flatMap((name) => filesOf(dataDir, join(folder, name)));

const filesOf = (dataDir: string, folder: string): string[] =>
  filesIn(join(dataDir, folder))
    .map((name) => join(folder, name))
    .filter(isBackupName);

/** None of a folder that is gone by now. */
const filesIn = (path: string): string[] => {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  } catch {
    return [];
  }
};

/** Undefined of what is gone by now: a finished job's retention may have passed. */
const openIf = (path: string): number | undefined => {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const SLICE = 1_048_576;

/** The archive that is being written, and the sums of what is in it. */
class Archive {
  private readonly fd: number;
  private readonly now: number;
  private readonly sums: string[] = [];
  private written = 0;

  constructor(fd: number, now: number) {
    this.fd = fd;
    this.now = now;
  }

  addText(name: string, text: string): void {
    this.add({ name, bytes: Buffer.from(text), modified: this.now });
  }

  add({ name, bytes, modified }: Small): void {
    this.put(tarHead({ name, bytes: bytes.length, modified }));
    this.put(bytes);
    this.put(Buffer.alloc(paddingOf(bytes.length)));
    this.note(name, createHash('sha256').update(bytes).digest('hex'));
  }

  /** False when the file is not there. */
  addFile(name: string, path: string): boolean {
    const fd = openIf(path);
    if (fd !== undefined) this.addOpen(name, fd);
    return fd !== undefined;
  }

  /** One that grows meanwhile is taken as long as it was, one that was cut is filled up. */
  private addOpen(name: string, fd: number): void {
    try {
      const { size, mtimeMs } = fstatSync(fd);
      this.put(tarHead({ name, bytes: size, modified: Math.round(mtimeMs) }));
      const hash = createHash('sha256');
      for (let at = 0; at < size; ) {
        const slice = Buffer.alloc(Math.min(SLICE, size - at));
        const part = slice.subarray(0, readSync(fd, slice, 0, slice.length, at) || slice.length);
        hash.update(part);
        this.put(part);
        at += part.length;
      }
      this.put(Buffer.alloc(paddingOf(size)));
      this.note(name, hash.digest('hex'));
    } finally {
      closeSync(fd);
    }
  }

  private note(name: string, sum: string): void {
    this.sums.push(`${sum}  ${name}\n`);
  }

  /** With the sums, and on the disk; returns how many bytes there are. */
  end(): number {
    this.addText(SUMS, this.sums.join(''));
    this.put(TAR_END);
    fsyncSync(this.fd);
    return this.written;
  }

  private put(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.fd, bytes, at);
    this.written += bytes.length;
  }

  close(): void {
    closeSync(this.fd);
  }
}

/** Under its own name only now, and never in the place of another: some file systems have no links. */
const takePlace = (draft: string, path: string): void => {
  try {
    linkSync(draft, path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!/^(EPERM|ENOTSUP|EOPNOTSUPP)$/.test(code) || existsSync(path)) throw error;
    renameSync(draft, path);
  }
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
};

const whyNotWritten = (path: string, error: NodeJS.ErrnoException): Error => {
  const { code = '' } = error;
  if (code === 'ENOSPC' || code === 'SQLITE_FULL')
    return new UsageError(`there is no space left for ${path}: nothing was written`);
  if (code === 'EEXIST') return new UsageError(`${path} is there already, and a backup overwrites nothing`);
  if (/^(EACCES|ENOENT|ENOTDIR|EPERM|EROFS|EDQUOT|SQLITE_.*)$/.test(code))
    return new UsageError(`${path} was not written: ${error.message}`);
  return error;
};
