import { Violation } from './books/model.ts';
import type { Sabotage } from './canaries/sabotage.ts';
import { liveOut } from './liveness.ts';
import type { Tally } from './trace.ts';
import { World } from './world.ts';

/** What one seed came to. */
export interface Run {
  readonly seed: number;
  readonly steps: number;
  readonly moves: number;
  /** Of its whole trace. */
  readonly hash: string;
  readonly tally: Tally;
  readonly violation: Violation | undefined;
  /** It came as far as the look at liveness. */
  readonly isSafe: boolean;
  /** The last lines of its trace. */
  readonly trace: readonly string[];
}

export interface RunOptions {
  readonly seed: number;
  readonly steps: number;
  readonly sabotage?: Sabotage;
  /** Moves that are left out, and where the run is cut off: for shrinking. */
  readonly skip?: ReadonlySet<number>;
  readonly moves?: number;
  readonly keep?: number;
  /** False: liveness is not looked at. */
  readonly lives?: boolean;
}

/** Lives through one world: safety while it is in trouble, then liveness. */
export const runSeed = async (options: RunOptions): Promise<Run> => {
  const world = new World(options);
  let violation: Violation | undefined;
  let isSafe = false;
  try {
    await world.run(options.steps, options.skip, options.moves);
    isSafe = true;
    if (options.lives !== false) await liveOut(world);
  } catch (error) {
    violation =
      error instanceof Violation
        ? error
        : new Violation('the checker itself', String((error as Error).stack ?? error));
    world.note(`VIOLATION ${violation.message}`);
  }
  return {
    seed: options.seed,
    steps: world.steps,
    moves: world.move + 1,
    hash: world.trace.digest(),
    tally: world.tally,
    violation,
    isSafe,
    trace: world.trace.last(),
  };
};
