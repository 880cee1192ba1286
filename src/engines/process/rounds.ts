import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/logger.ts';
import type { TaskReport } from '../engine.ts';
import type { Helper } from './helper.ts';
import type { MemoryKeeper } from './memory-limits.ts';
import { CLAIM_MILLISECONDS } from './observe.ts';
import { isAlive, processesOf, trySignal } from './processes.ts';
import type { Removals } from './removals.ts';
import type { Tasks } from './tasks.ts';
import { killOverMemory, type Running } from './watched-limits.ts';

interface Parts {
  /** Where each task has a folder. */
  readonly folder: string;
  readonly tasks: Tasks;
  readonly memory: MemoryKeeper;
  readonly removals: Removals;
  readonly helper: Helper;
  readonly log: Log;
  readonly clock: Pick<Clock, 'steady'>;
  readonly lookSafely: (id: string) => TaskReport | undefined;
  readonly tell: (reports: readonly TaskReport[]) => void;
}

/** Done once a second: who vanished, who uses too much, what is left of those that ended. */
export const goRound = (parts: Parts): void => {
  lookForEnds(parts);
  killLeftovers(parts);
  parts.memory.sweep();
  parts.removals.flush();
  repeatLostOrders(parts);
};

const lookForEnds = ({ folder, tasks, memory, log, lookSafely, tell }: Parts): void => {
  const reports: TaskReport[] = [];
  const running: Running[] = [];
  for (const [id, task] of tasks.live.allUnended()) {
    if ((task.kind === 'running' || task.kind === 'stopping') && isAlive(task.command)) {
      running.push({ id, memoryMiB: task.memoryMiB, command: task.command });
      continue;
    }
    const report = lookSafely(id);
    if (report && report.kind !== 'waiting' && report.kind !== 'running') reports.push(report);
  }
  if (memory.mode === 'watched' && running.length > 0) killOverMemory(folder, running, log);
  if (reports.length > 0) tell(reports);
};

/** Kills what tasks that ended have left behind. */
export const killLeftovers = ({ tasks, memory }: Pick<Parts, 'tasks' | 'memory'>): void => {
  const ended = tasks.live.takeUnswept();
  if (ended.size === 0) return;
  const pids =
    memory.mode === 'watched' ? processesOf(ended) : [...ended].flatMap((id) => memory.members(id));
  for (const pid of pids) trySignal(pid, 'SIGKILL');
};

/** A helper that died took with it what it had not read, and a shim that died before its claim the task that it was making ready. */
const repeatLostOrders = ({ tasks, helper, clock }: Parts): void => {
  const waiting = tasks.live
    .allUnended()
    .filter(([id, { kind }]) => (kind === 'ordered' || kind === 'claimed') && !tasks.line.has(id));
  if (waiting.length === 0) return;
  const hasDied = helper.hasDied();
  const late = clock.steady() - CLAIM_MILLISECONDS;
  for (const [id, task] of waiting) {
    const isLate = task.kind === 'ordered' && task.since < late && helper.hasHandedOver();
    if (hasDied || isLate) tasks.orderIfWaiting(id);
  }
};
