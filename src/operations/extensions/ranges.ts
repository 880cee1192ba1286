/** So many ranges are told. */
const MOST = 50;

/** Ascending indices as a person writes them: `0-4,7,9-12`, with `…` behind the first 50 ranges. */
export const ranges = (indices: readonly number[]): string => {
  const found: [number, number][] = [];
  for (const index of indices) {
    const last = found.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else found.push([index, index]);
  }
  const texts = found.slice(0, MOST).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  return texts.join(',') + (found.length > MOST ? ',…' : '');
};
