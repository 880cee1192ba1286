import type { SharesView, ShareView } from '../../src/domain/fair-share/choice.ts';
import { shareNow } from '../../src/domain/fair-share/share-now.ts';
import { type ShareUse, unused, withSpan } from '../../src/domain/fair-share/use.ts';

/** Of a policy with the same weight for each team: use counts for eight hours. Milliseconds, as everything here. */
const WINDOW = 8 * 3_600_000;

/** A task of a team in a queue. */
export interface Use {
  readonly queue: number;
  readonly team: number;
  readonly milliVcpus: number;
  readonly from: number;
}

/** What each team has used of each queue. */
export class WeekShares {
  private readonly uses = new Map<string, ShareUse>();

  ended({ queue, team, ...span }: Use, to: number): void {
    const key = `${queue}/${team}`;
    this.uses.set(key, withSpan(this.uses.get(key) ?? unused(WINDOW), { ...span, to }, WINDOW));
  }

  /** As a plan finds them. */
  of(queue: number, teams: Iterable<number>, running: readonly Use[], now: number): SharesView {
    const mine = running.filter((task) => task.queue === queue);
    const all = new Set([...teams, ...mine.map(({ team }) => team)]);
    const shares = new Map([...all].map((team) => [team, this.share(queue, team, mine, now)]));
    return { window: WINDOW, shares, reserve: undefined };
  }

  private share(queue: number, team: number, running: readonly Use[], now: number): ShareView {
    const use = this.uses.get(`${queue}/${team}`) ?? unused(WINDOW);
    const tasks = running
      .filter((task) => task.team === team)
      .map(({ milliVcpus, from }) => ({ milliVcpus, age: now - from }));
    return { identifier: `team${team}`, weight: 1, ...shareNow(use, tasks, now, WINDOW) };
  }
}
