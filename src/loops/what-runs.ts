import type { Service } from '../service/service.ts';
import { type Changes, takeChanges } from '../store/running-changes.ts';
import type { Tx } from '../store/store.ts';
import type { ActiveTask } from '../store/task-rows.ts';
import { mayTimeOut } from '../transitions/jobs/time-limit.ts';
import type { Paces } from './paces.ts';
import { change, copyOfRunning, fold, type Ground, nothingRuns, type Running } from './running.ts';
import { environmentViews } from './supply.ts';

/**
 * What runs, kept from turn to turn: a turn reads what changed since the last one whose commit was not lost. After a
 * restart, and when another has followed the changes meanwhile, all is read anew.
 * Why: docs/decisions/what-runs.md.
 */
export class WhatRuns {
  private readonly service: Service;
  private readonly paces: Paces;
  private kept: Running | undefined;

  constructor(service: Service, paces: Paces) {
    this.service = service;
    this.paces = paces;
  }

  /** As it is now, this transaction's own changes included. `looked`: what was looked at in it before. */
  async look(tx: Tx, looked?: Running): Promise<Running> {
    const before = looked ?? this.kept;
    const changes = await takeChanges(tx, before?.follower);
    const ground = await groundOf(this.service, tx);
    const running = startOf(changes, looked, this.kept) ?? nothingRuns(ground);
    change(running, changes, ground, {
      hasLimit: await limitsOf(this.service, tx, changes),
      quickSpecs: this.paces.quick,
    });
    tx.onCommit(() => {
      fold(running);
      this.kept = running;
    });
    return running;
  }

  /** As of the last commit, for whoever compares it with the store. */
  last(): Running | undefined {
    return this.kept;
  }
}

const startOf = (
  { isAll }: Changes,
  looked: Running | undefined,
  kept: Running | undefined,
): Running | undefined => {
  if (isAll) return undefined;
  return looked ?? (kept && copyOfRunning(kept));
};

const groundOf = async (service: Service, tx: Tx): Promise<Ground> => {
  const { hosts } = service.capacity;
  const environments = environmentViews(await service.catalog.allEnvironments(tx), service.engine, hosts);
  return { hosts, environments };
};

/** Of changed tasks, whether their attempt may take so long and no longer. */
const limitsOf = async (
  { specs }: Service,
  tx: Tx,
  { tasks }: Changes,
): Promise<(task: ActiveTask) => boolean> => {
  const limited = new Map<number, boolean>();
  for (const task of tasks.values()) {
    if (!task || limited.has(task.spec)) continue;
    const { timeout } = await specs.of(tx, task.spec);
    limited.set(task.spec, timeout?.attemptDurationSeconds !== undefined);
  }
  return (task) => mayTimeOut(task) && limited.get(task.spec)!;
};
