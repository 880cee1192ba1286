import { createHash } from 'node:crypto';
import type { Resources } from '../domain/container.ts';
import type { KnownHost } from '../engines/docker/hosts/known-hosts.ts';
import type { Engine } from '../engines/engine.ts';
import type { Clock, Timers } from '../lib/clock.ts';
import type { Log } from '../lib/logger.ts';
import type { OutputStore } from '../output/output.ts';
import type { Config } from './config.ts';

/** The engine of a server, where its tasks' output is kept, and what there is to run them. */
export interface ChosenEngine {
  readonly engine: Engine;
  readonly output: OutputStore;
  /** The machine's own vCPUs and memory: the daemon's, with Docker. */
  readonly capacity: Resources;
  /** For the first lines of `serve`: what runs the jobs, and what holds there. */
  readonly about: { readonly name: string; readonly detail: string; readonly notes: readonly string[] };
}

export interface EngineParts {
  readonly config: Config;
  /** The engine of the folder's jobs. */
  readonly ran?: string | undefined;
  /** What is remembered of the folder's several daemons, and how that is done. */
  readonly hosts: {
    readonly known: readonly KnownHost[];
    readonly keep: (known: readonly KnownHost[]) => void;
    /** The one that the folder's jobs ran on while it had no more. */
    readonly single?: KnownHost | undefined;
    readonly keepSingle: (single: KnownHost) => void;
  };
  /** Secret of the data folder: what names its containers and groups is made from it. */
  readonly folderKey: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Told to stop while it still waits for a daemon. */
  readonly stop?: AbortSignal;
}

/** What an engine calls a data folder by; it tells nothing of the folder's secret. */
export const idOf = (engine: string, folderKey: string, digits: number): string =>
  createHash('sha256').update(`${engine} ${folderKey}`).digest('hex').slice(0, digits);
