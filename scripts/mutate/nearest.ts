import { dirname, join, normalize } from 'node:path';
import type { Source } from '../../test/tidy/sources.ts';

/** The files whose code a file loads; what it takes as a type only is not loaded. */
const loadedBy = ({ path, text }: Source): string[] =>
  [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from '(\.[^']+)'|import\('(\.[^']+)'\)/gm)].map(
    (found) => normalize(join(dirname(path), found[1] ?? found[2]!)),
  );

/** How many imports lie between a file and what it loads, near or far. */
const distancesFrom = (path: string, loads: ReadonlyMap<string, readonly string[]>): Map<string, number> => {
  const distances = new Map([[path, 0]]);
  for (const [at, distance] of distances) {
    for (const next of loads.get(at) ?? []) if (!distances.has(next)) distances.set(next, distance + 1);
  }
  return distances;
};

/** Takes as long as all others together: left out. */
const SLOW = 'src/transitions/jobs/chains.test.ts';

/**
 * The unit tests that load a file, in rings: those that import it themselves or stand in its folder, then all others;
 * the nearer first.
 */
export const testsFor = (sources: readonly Source[]): ((path: string) => string[][]) => {
  const loads = new Map(sources.map((source) => [source.path, loadedBy(source)]));
  const tests = sources
    .map(({ path }) => path)
    .filter((path) => /^src\/.*\.test\.ts$/.test(path) && path !== SLOW);
  const reach = tests.map((test) => ({ test, distances: distancesFrom(test, loads) }));
  return (path) => {
    const concerned = reach
      .filter(({ distances }) => distances.has(path))
      .map(({ test, distances }) => ({ test, distance: distances.get(path)! }))
      .sort((a, b) => a.distance - b.distance);
    const isNear = ({ test, distance }: { test: string; distance: number }): boolean =>
      distance === 1 || dirname(test) === dirname(path);
    return [concerned.filter(isNear), concerned.filter((one) => !isNear(one))]
      .map((ring) => ring.map(({ test }) => test))
      .filter((ring) => ring.length > 0);
  };
};
