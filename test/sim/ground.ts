import type { HostView } from '../../src/domain/host.ts';
import type { Engine, StartOrder, TaskReport } from '../../src/engines/engine.ts';
import type { Timers } from '../../src/lib/clock.ts';
import type { Log } from '../../src/lib/logger.ts';
import type { Fate } from './books/eyes.ts';
import type { Rule } from './books/rules.ts';
import type { Doors } from './doors.ts';
import type { Output } from './output.ts';

/** What one life of a server gives its engine. */
export interface Life {
  readonly doors: Doors;
  readonly timers: Timers;
  readonly log: Log;
  /** How long the engine takes to answer now, `share` of the usual often. */
  readonly pause: (share?: number) => Promise<void>;
}

/** An end as the store has it. */
export interface RowEnd {
  readonly stopped_at: number | null;
}

/** What a world hears of its tasks. */
export interface Ears {
  /** A report reached a server. */
  onReport: (report: TaskReport) => void;
  /** A task is told to stop. */
  onStop: (taskId: string, graceSeconds: number) => void;
  /** The engine is told to start a task, for the first time or again. */
  onOrder: (order: StartOrder) => void;
  /** A task begins to run. */
  onBegin: (order: StartOrder) => void;
  /** Something was seen that no engine may do. */
  onWrong: (rule: Rule, text: string) => void;
}

export interface Opened {
  readonly engine: Engine;
  readonly isOpen?: Promise<unknown>;
}

/** What tasks run on, which outlives every server: the machine, or a cluster. */
export interface Ground extends Ears {
  readonly output: Output;
  /** The engine of one server. `isOpen`: it serves from then on, where it has to find out first what is there. */
  open(life: Life): Opened;
  /** Of several hosts what there is now, as that engine has it; undefined where others tell. */
  hosts?(): readonly HostView[];
  /** What one of them might be as a turn saw it. */
  seen?(id: string): readonly HostView[];
  /** What really became of a task, by what the store has of it; undefined of one that was never ordered. */
  fate(taskId: string, row: RowEnd | undefined): Fate | undefined;
  /** Time, not the clock's, when it began. */
  beganAt(taskId: string): number | undefined;
  /** The world did something to it that nobody can know the end of. */
  isWronged(taskId: string): boolean;
  /** Nobody sees it now. */
  isHidden(taskId: string): boolean;
  /** Those that are there and not over. */
  live(): readonly string[];
  /** Those that it knows in any way; undefined where that is not to be told. */
  known(): ReadonlySet<string> | undefined;
  /** Until then its answers are errors, whatever it does. */
  awayUntil: number;
  /** Nothing goes wrong any more, and all that was amiss is mended. */
  calm(): void;
  /** Another boot of the server's machine. */
  reboot(): void;
  /** What is left of tasks. */
  left(): readonly unknown[];
  /** How long something may be left when all is over, in milliseconds. */
  readonly slack: number;
}
