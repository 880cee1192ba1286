/** What the week's picture shows. */
export interface Week {
  readonly order: string;
  readonly load: readonly { readonly at: number; readonly used: number; readonly queued: number }[];
  readonly byQueue: readonly {
    readonly queue: { readonly name: string; readonly priority: number };
    readonly jobs: number;
    readonly mean: number;
    readonly p95: number;
  }[];
  readonly teams: readonly { readonly team: number; readonly jobs: number; readonly slowdown: number }[];
  readonly figures: {
    readonly jobs: number;
    readonly utilisation: number;
    readonly whileWaiting: number;
    readonly fairness: number;
    readonly lost: number;
  };
}

const WIDTH = 840;
const LEFT = 60;
const RIGHT = 20;

const text = (x: number, y: number, words: string, more = ''): string =>
  `<text x="${x}" y="${y}" ${more}>${words}</text>`;

/** An SVG of four parts: use of the pool, jobs that wait, waiting by queue, service by team. */
export const drawWeek = ({ order, load, byQueue, teams, figures }: Week): string => {
  const parts = [
    text(
      LEFT,
      24,
      `A week of ten teams, ${order}: ${figures.jobs} jobs, 4 queues, 6 environments, 128 vCPUs`,
      'font-size="15" font-weight="bold"',
    ),
    text(
      LEFT,
      44,
      `pool used ${percent(figures.utilisation)}, ${percent(figures.whileWaiting)} while a job waited; ` +
        `fairness between teams ${figures.fairness.toFixed(3)}; ${figures.lost} attempts taken back from Spot`,
    ),
    curve(
      load.map((l) => l.used),
      1,
      70,
      120,
      'vCPUs in use',
      '#2a6f97',
      '100%',
    ),
    curve(
      load.map((l) => l.queued),
      Math.max(...load.map((l) => l.queued)),
      220,
      100,
      'jobs that wait',
      '#bc4749',
    ),
    bars(
      byQueue.map((q) => ({
        name: `${q.queue.name} (priority ${q.queue.priority})`,
        value: q.mean,
        words: `${q.mean.toFixed(1)} min on average, 95% within ${q.p95} min`,
      })),
      360,
      'waiting by queue',
      '#386641',
    ),
    bars(
      teams.map((t) => ({
        name: `team ${t.team}`,
        value: t.slowdown,
        words: `${t.slowdown.toFixed(2)} (${t.jobs} jobs)`,
      })),
      480,
      'slow-down by team: time from submission to end, over the time it ran',
      '#6a4c93',
    ),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} 720" font-family="sans-serif" font-size="12">\n` +
    `<rect width="${WIDTH}" height="720" fill="white"/>\n${parts.join('\n')}\n</svg>\n`
  );
};

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

/** A quarter of an hour a point: the mean of it. */
const curve = (
  values: readonly number[],
  most: number,
  top: number,
  height: number,
  title: string,
  colour: string,
  label = String(most),
): string => {
  const step = 15;
  const points = [];
  for (let at = 0; at < values.length; at += step) {
    const part = values.slice(at, at + step);
    const value = part.reduce((a, b) => a + b, 0) / part.length;
    const x = LEFT + (at / values.length) * (WIDTH - LEFT - RIGHT);
    points.push(`${x.toFixed(1)},${(top + height - (value / most) * height).toFixed(1)}`);
  }
  const bottom = top + height;
  const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].map((day, n) =>
    text(LEFT + (n / 7) * (WIDTH - LEFT - RIGHT), bottom + 14, day, 'fill="#666"'),
  );
  return [
    text(LEFT, top - 6, title),
    text(8, top + 10, label, 'fill="#666"'),
    `<line x1="${LEFT}" y1="${bottom}" x2="${WIDTH - RIGHT}" y2="${bottom}" stroke="#999"/>`,
    `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.2"/>`,
    ...days,
  ].join('\n');
};

const bars = (
  rows: readonly { readonly name: string; readonly value: number; readonly words: string }[],
  top: number,
  title: string,
  colour: string,
): string => {
  const most = Math.max(...rows.map((row) => row.value), 0.001);
  const lines = rows.map(({ name, value, words }, n) => {
    const y = top + 8 + n * 20;
    const width = (value / most) * 360;
    return `${text(LEFT, y + 12, name)}<rect x="200" y="${y}" width="${width.toFixed(1)}" height="15" fill="${colour}"/>${text(206 + width, y + 12, words)}`;
  });
  return [text(LEFT, top, title), ...lines].join('\n');
};
