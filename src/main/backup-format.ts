import { DATABASE } from './data-folder.ts';

/* A backup is a tar archive: `backup.json` first, files of the data folder by their names in it, `SHA256SUMS` last. */

/** What the first file of a backup says. */
export interface BackupAbout {
  /** Of the archive. */
  readonly format: 1;
  /** Of the database: see `migrations.ts`. */
  readonly schema: number;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
}

export const ABOUT = 'backup.json';
/** A line a file, `<sha256>  <name>`, as `sha256sum -c` reads it: a backup without it is not whole. */
export const SUMS = 'SHA256SUMS';

/** Files of the data folder itself; the address says which engine the jobs ran in. */
export const TOP_FILES = [DATABASE, 'root-key.json', 'token-key', 'sealing-key', 'server.json'] as const;

/** Of an ended task's folder all but these: what it ran, and what was to run next. */
export const NOT_OF_ENDED: readonly string[] = ['run', 'next'];

const NAME = /^(logs\/[0-9a-f]{2}\/[0-9a-f]{32}\.(log|idx)|tasks\/[0-9a-f]{32}\/[a-z.-]+)$/;

/** Whether a backup may hold a file of this name: nothing else is ever written by a restore. */
export const isBackupName = (name: string): boolean =>
  (TOP_FILES as readonly string[]).includes(name) || (NAME.test(name) && !name.includes('..'));
