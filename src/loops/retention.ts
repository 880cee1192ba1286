import type { Timers } from '../lib/clock.ts';
import type { Service } from '../service/service.ts';
import { ageNow } from '../transitions/retention/age-now.ts';
import { hideStep, removeStep } from '../transitions/retention/finished-jobs.ts';
import { removeUnusedInstances } from '../transitions/retention/unused-instances.ts';
import { removeUnusedShares } from '../transitions/retention/unused-shares.ts';
import { removeUnusedSubmitters } from '../transitions/retention/unused-submitters.ts';

const LOOK_MILLISECONDS = 60_000;
/** Between two steps: requests and the other loops have the store meanwhile. */
const PAUSE_MILLISECONDS = 20;

/**
 * Lets finished jobs go: once a minute those that were kept long enough are hidden, then removed with their tasks,
 * output, edges and what no other job has of their spec, a few at a time; instances that no job was on go too. See
 * docs/decisions/retention.md.
 */
export class Retention {
  private readonly service: Service;
  private readonly timers: Timers;
  /** Undefined: for ever. */
  private readonly keepMilliseconds: number | undefined;
  private stopped = false;
  private cancel: () => void = () => {};
  private busy: Promise<void> | undefined;

  constructor(service: Service, timers: Timers, keepMilliseconds: number | undefined) {
    this.service = service;
    this.timers = timers;
    this.keepMilliseconds = keepMilliseconds;
  }

  start(): void {
    this.wait(0);
  }

  /** The step under way is finished. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancel();
    await this.busy;
  }

  private wait(milliseconds: number): void {
    this.cancel = this.timers.after(milliseconds, () => {
      this.busy = this.step().then((more) => {
        if (!this.stopped) this.wait(more ? PAUSE_MILLISECONDS : LOOK_MILLISECONDS);
      });
    });
  }

  /** Resolves to whether there is more to do at once. */
  private async step(): Promise<boolean> {
    try {
      const { store, clock } = this.service;
      const age = await store.write((tx) => ageNow(tx, clock));
      const keep = this.keepMilliseconds;
      if (keep !== undefined) await hideStep(this.service, age, keep);
      const instances = await removeUnusedInstances(this.service, age);
      const shares = (await removeUnusedShares(this.service)) || instances;
      const unused = (await removeUnusedSubmitters(this.service)) || shares;
      // what was hidden is there to be removed, too
      return (await removeStep(this.service)) || unused;
    } catch (error) {
      this.service.log.error(
        { error: String((error as Error).stack ?? error) },
        'a step of retention failed',
      );
      return false;
    }
  }
}
