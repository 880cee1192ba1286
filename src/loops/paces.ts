/**
 * How long the jobs of a spec run, learnt from their ends: only jobs that are over at once are worth lining up
 * behind one another. Bounded; forgotten at a restart. Arrays among them: docs/decisions/arrays-in-line.md.
 */
export class Paces {
  private readonly bySpec = new Map<number, number>();
  private static readonly LIMIT = 1000;
  /** Specs of jobs that others may stand behind; another set when one comes or goes. */
  quick: ReadonlySet<number> = new Set();

  /** `milliseconds`: how long an attempt ran. */
  learn(spec: number, milliseconds: number): void {
    const before = this.bySpec.get(spec);
    if (before === undefined && this.bySpec.size >= Paces.LIMIT) {
      this.bySpec.clear();
      this.quick = new Set();
    }
    this.bySpec.set(spec, before === undefined ? milliseconds : before * 0.8 + milliseconds * 0.2);
    const isQuick = this.depth(spec) > 0;
    if (isQuick === this.quick.has(spec)) return;
    const others = [...this.quick].filter((other) => other !== spec);
    this.quick = new Set(isQuick ? [...others, spec] : others);
  }

  /** How many may stand behind one running task of this spec: about `AHEAD` milliseconds of work. */
  depth(spec: number): number {
    const pace = this.bySpec.get(spec);
    if (pace === undefined || pace > QUICK) return 0;
    return Math.max(1, Math.min(MOST, Math.floor(AHEAD / Math.max(pace, 1))));
  }
}

/** A job slower than this gains nothing from not waiting for the server. */
const QUICK = 200;
const AHEAD = 150;
const MOST = 16;

/** A line that has stood still for longer than this is recalled: its first is not as quick as was thought. */
export const STALE_MILLISECONDS = 500;
