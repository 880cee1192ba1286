import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { makeFolders } from '../engines/folders.ts';
import { isBelow } from '../engines/mounts.ts';
import type { Timers } from '../lib/clock.ts';
import { StoreTooNew } from '../store/store.ts';
import { UsageError } from './config.ts';
import { networkFileSystem } from './network-file-systems.ts';

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
  /** Seals access keys. */
  readonly sealingKey: string;
  release(): void;
}

/**
 * Makes the folder if need be, takes its lock, and reads or makes its keys; `anyway`: on whichever file system. Throws what
 * `whyNotStarted` puts in words.
 */
export const openDataFolder = (path: string, chosen: RootKey | undefined, anyway = false): DataFolder => {
  makeFolders(path, 0o700);
  if (!anyway) refuseNetwork(path);
  const release = lockFolder(path);
  try {
    if (existsSync(join(path, RESTORING)))
      throw new UsageError(`a restore into ${path} did not end: empty the folder, and restore again`);
    closeToOthers(path);
    const isNew = !existsSync(join(path, ROOT_KEY));
    if (isNew) writePrivate(join(path, ROOT_KEY), JSON.stringify(chosen ?? makeKey()));
    if (!existsSync(join(path, TOKEN_KEY)))
      writePrivate(join(path, TOKEN_KEY), randomBytes(32).toString('hex'));
    if (!existsSync(join(path, SEALING_KEY))) {
      if (hasSealed(join(path, DATABASE))) throw sealingKeyLost(join(path, SEALING_KEY));
      writePrivate(join(path, SEALING_KEY), randomBytes(32).toString('hex'));
    }
    const tokenKey = readFileSync(join(path, TOKEN_KEY), 'utf8');
    const sealingKey = readSealingKey(join(path, SEALING_KEY));
    return { path, rootKey: readRootKey(path), isNew, tokenKey, sealingKey, release };
  } catch (error) {
    release();
    throw error;
  }
};

/** Rule K-162. Throws UsageError. */
const refuseNetwork = (path: string): void => {
  const name = networkFileSystem(statfsSync(path).type);
  if (name !== undefined)
    throw new UsageError(
      `the data folder ${path} is on ${name}, where a database may be damaged by two that write it: take a disk of this machine or a block volume; --data-anyway takes it all the same`,
    );
};

/**
 * A folder that was there before keeps its mode, which is its owner's business; what we put into it is nobody else's.
 * SQLite gives the files beside a database the database's own mode.
 */
export const closeToOthers = (path: string): void => {
  writeFileSync(join(path, DATABASE), '', { flag: 'a', mode: 0o600 });
  mkdirSync(join(path, 'logs'), { recursive: true, mode: 0o700 });
  for (const name of readdirSync(path)) {
    const file = join(path, name);
    if (OURS.test(name)) chmodSync(file, statSync(file).mode & 0o700);
  }
};

/** The database's file in the folder. */
export const DATABASE = 'longshore.db';
/** Where a restore unpacks. */
export const RESTORING = 'restoring';
/** But `tasks`, through which tasks that run as another user reach their own. */
const OURS =
  /^(longshore\.db|lock\.db|pid|server\.json|root-key\.json|token-key|sealing-key|logs$|audit$|helper$)/;

const ROOT_KEY = 'root-key.json';
const TOKEN_KEY = 'token-key';
const SEALING_KEY = 'sealing-key';

/** What keeps a server from starting over the folder `path`, in one line when a person can mend it. */
export const whyNotStarted = (path: string, error: Error): Error => {
  if (error instanceof StoreTooNew) return new UsageError(`${path}: ${error.message}`);
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'SQLITE_FULL' || (code.startsWith('SQLITE_IOERR') && isFull(path)))
    return new UsageError(`there is no space left for the data folder ${path}`);
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return new UsageError(`the data folder ${path} is not a folder`);
  if (UNWRITABLE.test(code))
    return new UsageError(`the data folder ${path} cannot be written: ${error.message}`);
  if (code.startsWith('SQLITE_'))
    return new UsageError(`the database in ${path} cannot be used: ${error.message}`);
  return error;
};

const UNWRITABLE = /^(EACCES|ENOENT|EPERM|EROFS|SQLITE_CANTOPEN.*|SQLITE_READONLY.*|SQLITE_PERM)$/;

/** SQLite reports some writes to a full disk as an I/O error. */
const isFull = (path: string): boolean => {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize < 1_048_576;
};

/**
 * A kernel lock that dies with its owner: SQLite's own, on a file of its own. The pid beside it is for the message
 * only. Returns how to let go of it. Throws `UsageError` when another has it.
 */
export const lockFolder = (path: string): (() => void) => {
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

/** Whole or not at all, whatever happens to the machine meanwhile. */
const writePrivate = (path: string, text: string): void => {
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  writeFileSync(draft, text, { mode: 0o600, flush: true });
  renameSync(draft, path);
};

/** 20 upper-case characters and 40 of base 64, as AWS's own look. */
const makeKey = (): RootKey => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const id = [...randomBytes(16)].map((byte) => alphabet[byte % 32]).join('');
  return { accessKeyId: `LSIA${id}`, secretAccessKey: randomBytes(30).toString('base64') };
};

/** The root keys of a folder, the newest first: two while they are rotated (rule A-009). */
const readRootKeys = (path: string): readonly [RootKey, ...RootKey[]] => {
  const file = join(path, ROOT_KEY);
  const text = readFileSync(file, 'utf8');
  try {
    const { old, ...newest } = JSON.parse(text) as RootKey & { readonly old?: RootKey };
    if ([newest, ...(old ? [old] : [])].every(isKey))
      return old ? [keyIn(newest), keyIn(old)] : [keyIn(newest)];
  } catch {
    // said below, without what the file holds
  }
  throw new UsageError(`${file} does not hold a key: {"accessKeyId": "…", "secretAccessKey": "…"}`);
};

const isKey = ({ accessKeyId, secretAccessKey }: RootKey): boolean => Boolean(accessKeyId && secretAccessKey);
const keyIn = ({ accessKeyId, secretAccessKey }: RootKey): RootKey => ({ accessKeyId, secretAccessKey });

/** The newest of them; also for clients on the same machine, whose user may read it. */
export const readRootKey = (path: string): RootKey => readRootKeys(path)[0];

/** Whether it is one of them. */
export const isRootKey = (path: string, accessKeyId: string): boolean =>
  readRootKeys(path).some((key) => key.accessKeyId === accessKeyId);

/** Makes root's second key, beside which the old one still works. Throws UsageError where there are two. */
export const addRootKey = (path: string): RootKey => {
  const [old, older] = readRootKeys(path);
  if (older) throw new UsageError(`root has two keys: take ${older.accessKeyId} away first, with --finish`);
  const made = makeKey();
  writePrivate(join(path, ROOT_KEY), JSON.stringify({ ...made, old }));
  return made;
};

/** Takes root's older key away, and resolves to it. Throws UsageError where there is one alone. */
export const dropOldRootKey = (path: string): RootKey => {
  const [newest, old] = readRootKeys(path);
  if (!old) throw new UsageError('root has one key alone: without --finish it gets a second one');
  writePrivate(join(path, ROOT_KEY), JSON.stringify(newest));
  return old;
};

const LOOK_MILLISECONDS = 1000;

/** The root keys as the file has them, looked at each second: to rotate them no server is started anew. One that cannot be read changes nothing. */
export const followRootKeys = (
  path: string,
  timers: Timers,
): { readonly keys: () => readonly RootKey[]; readonly stop: () => void } => {
  let keys: readonly RootKey[] = readRootKeys(path);
  let stop = () => {};
  const wait = (): void => {
    stop = timers.after(LOOK_MILLISECONDS, () => {
      try {
        keys = readRootKeys(path);
      } catch {
        // as above
      }
      wait();
    });
  };
  wait();
  return { keys: () => keys, stop: () => stop() };
};

/** Whether a database has secrets in it that only its own sealing key opens. One of an earlier version has no such tables. */
const hasSealed = (file: string): boolean => {
  const database = new Sqlite(file);
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_schema WHERE name IN ('access_keys', 'sessions')")
      .pluck()
      .all() as string[];
    return tables.some((name) => database.prepare(`SELECT 1 FROM ${name} LIMIT 1`).get() !== undefined);
  } finally {
    database.close();
  }
};

const sealingKeyLost = (file: string): UsageError =>
  new UsageError(
    `${file} is gone, which opens the keys of users: put the file of a backup in its place. If there is none, make another ` +
      `(openssl rand -hex 32 > ${file} && chmod 600 ${file}), and new keys for the users: theirs open no more`,
  );

/** Throws for one that opens nothing: with it no key could be made. */
const readSealingKey = (file: string): string => {
  const text = readFileSync(file, 'utf8').trim();
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new UsageError(`${file} does not hold a key of 64 hex digits: put the file of a backup in its place`);
};

/** Where the server of a folder listens, for clients on the same machine. */
export interface ServerAddress {
  readonly url: string;
  readonly region: string;
  /** What runs its jobs. */
  readonly engine: string;
  /** What its environments are carved from, in words: "4 vCPUs and 16 GiB". */
  readonly pool?: string;
  /** Folders of this machine below which its jobs may mount; absent: everywhere. */
  readonly mounts?: readonly string[];
}

/** Whether jobs may mount a folder of this machine; `mounts` as an address has them. */
export const mayMount = (mounts: ServerAddress['mounts'], path: string): boolean =>
  mounts === undefined || mounts.some((folder) => isBelow(path, folder));

export const writeAddress = (path: string, address: ServerAddress): void =>
  writePrivate(join(path, 'server.json'), `${JSON.stringify(address)}\n`);

/** Whether it is there and this user may not look into it. */
export const isClosed = (path: string): boolean => {
  try {
    statSync(join(path, 'server.json'));
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
};

export const readAddress = (path: string): ServerAddress | undefined => {
  try {
    return JSON.parse(readFileSync(join(path, 'server.json'), 'utf8')) as ServerAddress;
  } catch {
    return undefined;
  }
};
