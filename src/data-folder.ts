import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { UsageError } from './config.ts';

export interface RootKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A data folder that is ours alone until `release`. */
export interface DataFolder {
  readonly path: string;
  readonly rootKey: RootKey;
  /** True when this start made the key: it is shown once. */
  readonly isNew: boolean;
  /** Signs page tokens. */
  readonly tokenKey: string;
  release(): void;
}

/**
 * Makes the folder if need be, takes its lock, and reads or makes its keys. Throws `UsageError` with one line for
 * whatever keeps a server from starting.
 */
export const openDataFolder = (path: string, chosen: RootKey | undefined): DataFolder => {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const release = lock(path);
    const isNew = !existsSync(join(path, 'root-key.json'));
    if (isNew) writePrivate(join(path, 'root-key.json'), JSON.stringify(chosen ?? makeKey()));
    if (!existsSync(join(path, 'token-key')))
      writePrivate(join(path, 'token-key'), randomBytes(32).toString('hex'));
    return {
      path,
      rootKey: readRootKey(path),
      isNew,
      tokenKey: readFileSync(join(path, 'token-key'), 'utf8'),
      release,
    };
  } catch (error) {
    throw inWords(path, error as NodeJS.ErrnoException);
  }
};

const inWords = (path: string, error: NodeJS.ErrnoException): Error => {
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new UsageError(`the data folder ${path} cannot be written: ${error.message}`);
    case 'ENOSPC':
      return new UsageError(`there is no space left for the data folder ${path}`);
    case 'ENOTDIR':
    case 'EEXIST':
      return new UsageError(`the data folder ${path} is not a folder`);
    default:
      return error;
  }
};

/**
 * A kernel lock that dies with its owner: SQLite's own, on a file of its own. The pid beside it is for the message
 * only.
 */
const lock = (path: string): (() => void) => {
  const database = new Sqlite(join(path, 'lock.db'), { timeout: 0 });
  const pidFile = join(path, 'pid');
  try {
    database.pragma('locking_mode = EXCLUSIVE');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    const pid = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').trim() : 'unknown';
    throw new UsageError(`the data folder ${path} is in use by another longshore serve (pid ${pid})`);
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return () => database.close();
};

const writePrivate = (path: string, text: string): void => {
  writeFileSync(path, text, { mode: 0o600 });
  chmodSync(path, 0o600);
};

/** 20 upper-case characters and 40 of base 64, as AWS's own look. */
const makeKey = (): RootKey => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const id = [...randomBytes(16)].map((byte) => alphabet[byte % 32]).join('');
  return { accessKeyId: `LSIA${id}`, secretAccessKey: randomBytes(30).toString('base64') };
};

/** The root key of a folder; also for clients on the same machine, whose user may read it. */
export const readRootKey = (path: string): RootKey =>
  JSON.parse(readFileSync(join(path, 'root-key.json'), 'utf8')) as RootKey;

/** Where the server of a folder listens, for clients on the same machine. */
export interface ServerAddress {
  readonly url: string;
  readonly region: string;
}

export const writeAddress = (path: string, address: ServerAddress): void =>
  writeFileSync(join(path, 'server.json'), `${JSON.stringify(address)}\n`);

export const readAddress = (path: string): ServerAddress | undefined => {
  try {
    return JSON.parse(readFileSync(join(path, 'server.json'), 'utf8')) as ServerAddress;
  } catch {
    return undefined;
  }
};
