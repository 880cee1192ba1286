import { type Run, type RunOptions, runSeed } from './run.ts';

/** The shortest run that was found to break the same rule. */
export interface Shrunk {
  readonly kept: number;
  readonly violation: string;
  readonly trace: readonly string[];
}

/**
 * Leaves out moves, halves first, then ever smaller parts, as long as the same rule still breaks. `budgetSeconds`: how long it may take.
 */
export const shrink = async (options: RunOptions, failed: Run, budgetSeconds = 60): Promise<Shrunk> => {
  const rule = failed.violation!.rule;
  const { moves } = failed;
  const until = Date.now() + budgetSeconds * 1000;
  const skip = new Set<number>();
  let best = failed;
  let kept = Array.from({ length: moves }, (_, move) => move);
  for (let part = Math.ceil(kept.length / 2); part >= 1 && Date.now() < until; part = Math.floor(part / 2)) {
    for (let from = kept.length % part; from < kept.length && Date.now() < until; ) {
      const out = kept.slice(from, from + part);
      const run = await runSeed({
        ...options,
        steps: Number.MAX_SAFE_INTEGER,
        moves,
        skip: new Set([...skip, ...out]),
        lives: failed.isSafe,
      });
      if (run.violation?.rule !== rule) {
        from += part;
        continue;
      }
      best = run;
      for (const move of out) skip.add(move);
      kept = kept.filter((move) => !skip.has(move));
    }
  }
  return { kept: kept.length, violation: best.violation!.message, trace: best.trace };
};
