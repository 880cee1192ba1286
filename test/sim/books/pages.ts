import type { Wire } from './model.ts';
import { type Job, must, RUNNABLE, STATES, shownState } from './model.ts';
import type { Ledger } from './requests.ts';
import { jobOf } from './submit.ts';

/** A client that reads a list page by page while the world goes on. */
export interface Walk {
  readonly input: Wire;
  readonly seen: string[];
  /** What matched when it began; the history's place then. */
  matching: readonly Job[] | undefined;
  began: number;
  token: string | undefined;
  over: boolean;
  /** A page of it was asked for and has not come. */
  busy: boolean;
}

export const newWalk = (input: Wire): Walk => ({
  input,
  seen: [],
  matching: undefined,
  began: 0,
  token: undefined,
  over: false,
  busy: false,
});

/** Takes in one page; at the last one, every job that matched all through must have been shown exactly once. */
export const turnPage = (ledger: Ledger, walk: Walk, answer: Wire): void => {
  if (!walk.matching) {
    walk.began = ledger.serial;
    walk.matching = matching(ledger, walk.input);
  }
  const ids: string[] = answer.jobSummaryList.map((one: Wire) => one.jobId);
  const now = new Set(matching(ledger, walk.input).map(({ id }) => id));
  must(
    ids.every((id) => now.has(id)),
    'lists show what matches',
    () => {
      return `${ids.find((id) => !now.has(id))} is shown for ${JSON.stringify(walk.input)}`;
    },
  );
  walk.seen.push(...ids);
  walk.token = answer.nextToken;
  inOrder(ledger, walk, ids);
  if (walk.token !== undefined) {
    must(ids.length === (walk.input.maxResults ?? 100), 'pages are full', () => `${ids.length} of a page`);
    return;
  }
  walk.over = true;
  const seen = new Set(walk.seen);
  must(seen.size === walk.seen.length, 'pages show a job once', () => twice(walk.seen));
  for (const job of walk.matching) {
    const stayed = isByTime(walk.input) || job.changed <= walk.began;
    const parts = walk.input.arrayJobId ?? walk.input.multiNodeJobId;
    const there = !job.gone && (parts || job.queue.status !== 'DELETED');
    must(!stayed || !there || seen.has(job.id), 'pages show every job', () => {
      return `${job.id}, ${STATES[job.state]}, was never shown: ${JSON.stringify(walk.input)}`;
    });
  }
};

const twice = (ids: readonly string[]): string =>
  `${ids.find((id, at) => ids.indexOf(id) !== at)} was shown twice`;

/** Newest first in a queue, by index in an array. */
const inOrder = (ledger: Ledger, walk: Walk, ids: readonly string[]): void => {
  const places = ids.map((id) => ledger.jobs.get(id)!.seq);
  const down = (walk.input.arrayJobId ?? walk.input.multiNodeJobId) === undefined;
  const sorted = places.every(
    (seq, at) => at === 0 || (down ? seq < places[at - 1]! : seq > places[at - 1]!),
  );
  must(sorted, 'pages are in order', () => ids.join(' '));
};

const isByTime = (input: Wire): boolean => input.filters !== undefined;

/** The jobs that a list shows by the reference. */
export const matching = (ledger: Ledger, input: Wire): readonly Job[] => {
  const state = STATES.indexOf(input.jobStatus ?? 'RUNNING');
  if (input.arrayJobId) {
    return (jobOf(ledger, input.arrayJobId)?.children ?? []).filter((job) => shownState(job) === state);
  }
  if (input.multiNodeJobId) {
    const job = jobOf(ledger, input.multiNodeJobId);
    if (!job || shownState(job) < RUNNABLE) return [];
    return job.children.filter((node) => shownState(node) === state);
  }
  const queue = ledger.queues.get(input.jobQueue.split('/').at(-1));
  const filter = input.filters?.[0];
  return ledger.submitted.filter((job) => {
    if (job.queue !== queue || job.gone) return false;
    return filter ? passes(job, filter.name, filter.values[0]) : shownState(job) === state;
  });
};

const passes = (job: Job, name: string, value: string): boolean => {
  const like = (text: string, pattern: string) =>
    pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
  if (name === 'JOB_NAME') return like(job.name.toLowerCase(), value.toLowerCase());
  if (name === 'BEFORE_CREATED_AT') return job.createdAt < Number(value);
  if (name === 'AFTER_CREATED_AT') return job.createdAt > Number(value);
  if (value.startsWith('arn:')) return job.spec.definition === value;
  return like(job.spec.definition.split('/')[1]!.split(':')[0]!, value);
};
