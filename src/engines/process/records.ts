import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Identity, isAlive } from './processes.ts';
import { wasKilledForMemory } from './watched-limits.ts';

/** What a task's folder says of it. The files are the truth; events only make somebody look. */
export type TaskRecord =
  | { readonly kind: 'none' }
  | { readonly kind: 'ordered' }
  /** A shim has made `start` and is about to write into it: an instant, unless it died there. */
  | { readonly kind: 'claimed'; readonly since: number }
  | {
      readonly kind: 'begun';
      readonly bootId: string;
      readonly shim: Identity;
      /** Undefined for an instant, between the claim and the command. */
      readonly command: Identity | undefined;
      readonly startedAt: number;
    }
  | {
      readonly kind: 'ended';
      readonly exitCode: number;
      /** Something of it was killed for its memory, and it failed. */
      readonly outOfMemory: boolean;
      readonly startedAt: number;
      readonly stoppedAt: number;
    }
  /** It could not begin, and was not tried. */
  | { readonly kind: 'failed'; readonly reason: string; readonly stoppedAt: number }
  /** Recalled by the server before it began. */
  | { readonly kind: 'recalled' };

/** What `recall` writes where a shim would have written itself. */
export const RECALLED = 'recalled\n';

const FAILED = 'failed ';

/** What is written there for a start that failed. */
export const failedRecord = (reason: string): string => `${FAILED}${JSON.stringify(reason)}\n`;

/** A reason as a shell writes it there: between quotation marks. */
export const refusalOf = (member: string, why: string): string =>
  JSON.stringify(`CannotCreateContainerError: ${member}: ${why}`).slice(1, -1);

export const readRecord = (folder: string): TaskRecord => {
  const exit = readIf(join(folder, 'exit'));
  if (exit?.endsWith('\n')) {
    const exitCode = Number.parseInt(exit, 10);
    return {
      kind: 'ended',
      exitCode,
      outOfMemory: exitCode !== 0 && (exit.endsWith(' oom\n') || wasKilledForMemory(folder)),
      startedAt: changed(join(folder, 'start')),
      stoppedAt: changed(join(folder, 'exit')),
    };
  }
  const start = readIf(join(folder, 'start'));
  if (start !== undefined) return taken(folder, start);
  return readIf(join(folder, 'run')) === undefined ? { kind: 'none' } : { kind: 'ordered' };
};

/** A record, with whether the processes that it names are there. */
export type Found =
  | Exclude<TaskRecord, { kind: 'begun' }>
  | (Extract<TaskRecord, { kind: 'begun' }> & { readonly isThisBoot: boolean; readonly isAlive: boolean });

/** What there is of a task: its folder and its processes. */
export const findTask = (folder: string, bootId: string): Found => {
  const record = readRecord(folder);
  if (record.kind !== 'begun') return record;
  const { shim, command } = record;
  const isThisBoot = record.bootId === bootId;
  const isThere = isThisBoot && (isAlive(shim) || (command !== undefined && isAlive(command)));
  if (!isThere) {
    // the shim may have written the end between our two looks
    const again = readRecord(folder);
    if (again.kind === 'ended') return again;
  }
  return { ...record, isThisBoot, isAlive: isThere };
};

const taken = (folder: string, start: string): TaskRecord => {
  if (start === RECALLED) return { kind: 'recalled' };
  if (!start.includes('\n')) return { kind: 'claimed', since: changed(join(folder, 'start')) };
  if (!start.startsWith(FAILED)) return begun(folder, start);
  const reason = JSON.parse(start.slice(FAILED.length)) as string;
  return { kind: 'failed', reason, stoppedAt: changed(join(folder, 'start')) };
};

const begun = (folder: string, start: string): TaskRecord => {
  const [first = '', second = '', rest] = start.split('\n');
  const [bootId = '', ...shim] = first.split(' ');
  return {
    kind: 'begun',
    bootId,
    shim: identityOf(shim),
    command: rest === undefined ? undefined : identityOf(second.split(' ')),
    startedAt: changed(join(folder, 'start')),
  };
};

const identityOf = ([pid, startTicks = '']: readonly string[]): Identity => ({
  pid: Number(pid),
  startTicks,
});

/** What a task's `run` file says of what it holds, for a server that did not write it (see `runScript`). */
export interface Holds {
  readonly memoryMiB: number;
  readonly groupFolder: string | undefined;
  readonly gpus: readonly number[];
}

export const readHolds = (folder: string): Holds => {
  const [first = '', ...more] = (readIf(join(folder, 'run')) ?? '').split('\n', 3);
  const [, memoryMiB, groupFolder] = /^#[ut]* (\d+)(?: \S+ (.+))?$/.exec(first) ?? [];
  const [, gpus] = more.map((line) => /^# gpus ([\d ]+)$/.exec(line)).find((found) => found !== null) ?? [];
  return {
    memoryMiB: Number(memoryMiB ?? Number.POSITIVE_INFINITY),
    groupFolder,
    gpus: gpus === undefined ? [] : gpus.split(' ').map(Number),
  };
};

const readIf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** Wall milliseconds of a file's last change. */
const changed = (path: string): number => {
  try {
    return Math.round(statSync(path).mtimeMs);
  } catch {
    return 0;
  }
};
