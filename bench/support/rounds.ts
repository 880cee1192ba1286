/** One side of a comparison: what it is called and what measures it once. */
export interface Side {
  readonly name: string;
  run(): Promise<number>;
}

export interface Comparison {
  readonly ours: Side;
  readonly theirs: Side;
  readonly rounds: number;
  /** What the numbers are: `jobs/s`, `ms`. */
  readonly unit: string;
  /** What `ours / theirs` should come to. */
  readonly asked: { readonly atLeast: number } | { readonly atMost: number };
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/**
 * Runs both sides in turn, the first one changing from round to round, so that neither always has the warmer machine;
 * prints a row a round, the medians and their ratio.
 */
export const compare = async ({ ours, theirs, rounds, unit, asked }: Comparison): Promise<void> => {
  const mine: number[] = [];
  const others: number[] = [];
  console.log(
    `| round | ${ours.name} (${unit}) | ${theirs.name} (${unit}) | ratio |\n| --- | --- | --- | --- |`,
  );
  for (let round = 1; round <= rounds; round++) {
    const order = round % 2 === 1 ? [ours, theirs] : [theirs, ours];
    for (const side of order) (side === ours ? mine : others).push(await side.run());
    row(String(round), mine.at(-1)!, others.at(-1)!);
  }
  row('median', median(mine), median(others));
  const ratio = median(mine) / median(others);
  const [word, bound, good] =
    'atLeast' in asked
      ? ['at least', asked.atLeast, ratio >= asked.atLeast]
      : ['at most', asked.atMost, ratio <= asked.atMost];
  console.log(
    `\nratio of the medians ${ratio.toFixed(2)}, asked ${word} ${bound}: ${good ? 'reached' : 'NOT reached'}`,
  );
};

const row = (label: string, ours: number, theirs: number): void =>
  console.log(`| ${label} | ${figure(ours)} | ${figure(theirs)} | ${(ours / theirs).toFixed(2)} |`);

const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
