import type { Running } from '../../src/loops/running.ts';
import { instanceOf } from '../../src/store/instance-rows.ts';
import type { InstanceRow } from '../../src/store/schema.ts';
import { ACTIVE, type ActiveTask } from '../../src/store/task-rows.ts';
import { falseIn } from '../support/kept.ts';
import type { Books } from './books/books.ts';
import { checkTokens } from './books/consumables.ts';
import type { Eyes, JobSeen } from './books/eyes.ts';
import { nameOf } from './books/jobs.ts';
import {
  FAILED,
  hasFailedTarget,
  isFinal,
  type Job,
  must,
  PENDING,
  RUNNABLE,
  RUNNING,
  STARTING,
  STATES,
  SUCCEEDED,
  unmetOf,
} from './books/model.ts';
import { checkShare } from './books/shares.ts';
import { checkRanks } from './books/starts.ts';
import { lastOf } from './books/times.ts';
import type { Disk } from './disk.ts';
import type { Ground } from './ground.ts';
import type { Time } from './time.ts';

/** A job's row beside what the books have of it. */
export const checkRow = (job: Job, seen: JobSeen, eyes: Eyes): void => {
  const tell = () => `${nameOf(job)}, in the books ${STATES[job.state]}: ${JSON.stringify(seen)}`;
  must(seen.state === job.state, 'the history is whole', tell);
  checkShare(eyes, job, seen);
  const times = [seen.started_at ?? undefined, seen.stopped_at ?? undefined];
  // one that is in line again keeps what it ends with if it is stopped there
  const last = job.state < RUNNING ? lastOf(job) : undefined;
  const { startedAt, stoppedAt } = last ?? job;
  must(times[0] === startedAt && times[1] === stoppedAt, 'times are true', () => {
    return `${tell()}, really ${startedAt} to ${stoppedAt}`;
  });
  must(job.state !== FAILED || !!seen.status_reason, 'FAILED has a reason', tell);
  const placed = job.state === STARTING || job.state === RUNNING;
  if (job.role !== 'none') must(!placed || job.task !== '', 'every attempt has a task', tell);
  else if (job.nodes === 0) must((job.task !== '') === placed, 'every attempt has a task', tell);
  if (job.size === 0) return;
  const over = job.summary[SUCCEEDED]! + job.summary[FAILED]!;
  must(seen.live === job.size - over && seen.failed === job.summary[FAILED], 'counters', tell);
};

const COLUMNS =
  'seq, id, name, parent, idx, size, nodes, role, queue, state, unmet, created_at, started_at, stopped_at, status_reason, exit_code, live, failed, job_group';

export const jobRow = (disk: Disk, seq: number): JobSeen | undefined =>
  disk.all<JobSeen>(`SELECT ${COLUMNS} FROM jobs WHERE seq = ?`, seq)[0];

const workLeft = (disk: Disk): number =>
  disk.all<{ n: number }>('SELECT (SELECT count(*) FROM settled) + (SELECT count(*) FROM sweeps) AS n')[0]!.n;

/** The walk over everything: each row, each counter, and whatever no single change can show. */
export const checkAll = (disk: Disk, books: Books, eyes: Eyes): void => {
  const rows = disk.all<JobSeen>(`SELECT ${COLUMNS} FROM jobs WHERE state < 5`);
  const there = disk.all<{ n: number }>('SELECT count(*) AS n FROM jobs WHERE parent = 0')[0]!.n;
  const kept = books.submitted.filter((job) => !job.gone).length;
  must(there === kept, 'an accepted job is never gone', () => `${there} rows, ${kept} in the books`);
  const isQuiet = workLeft(disk) === 0;
  for (const seen of rows) {
    const job = books.jobBySeq.get(seen.seq)!;
    checkRow(job, seen, eyes);
    if (isQuiet && job.size === 0) checkUnmet(job, seen);
  }
  checkTasks(disk, books);
  checkRanks(books, disk.all<{ seq: number }>(IN_LINE));
  books.uses.check(books, eyes);
};

const IN_LINE = 'SELECT seq FROM jobs WHERE state = 2 AND size = 0 AND role = 0 ORDER BY rank';

/** With nothing left to be told, a job has counted what it waits for, and does not wait in vain. */
const checkUnmet = (job: Job, seen: JobSeen): void => {
  if (job.state === PENDING) {
    must(!hasFailedTarget(job), 'a failed dependency fails its dependents', () => `${nameOf(job)} waits`);
    must(seen.unmet === unmetOf(job) && seen.unmet > 0, 'counters', () => {
      return `${nameOf(job)} counts ${seen.unmet} unmet dependencies, there are ${unmetOf(job)}`;
    });
  }
  if (job.state === RUNNABLE)
    must(seen.unmet === 0, 'counters', () => `${nameOf(job)} has ${seen.unmet} unmet`);
};

const checkTasks = (disk: Disk, books: Books): void => {
  const rows = disk.all<TaskRow>('SELECT id, job, placed_age FROM tasks WHERE state < 2');
  must(rows.length === books.floor.live.size, 'no attempt has two tasks', () => `${rows.length} live tasks`);
  for (const row of rows) {
    must(books.jobBySeq.get(row.job)?.task === row.id, 'no attempt has two tasks', () => row.id);
    const { job, from } = books.floor.live.get(row.id)!;
    const since = job.share === undefined ? null : from;
    // of a queue that goes nobody asks any more
    must(row.placed_age === since || job.queue.halted !== undefined, 'use is what attempts took', () => {
      return `${row.id} of ${nameOf(job)} has its room since ${row.placed_age}, in the books ${since}`;
    });
  }
};

interface TaskRow {
  readonly id: string;
  readonly job: number;
  readonly placed_age: number | null;
}

const PENDING_CHANGES = 'SELECT id FROM temp.changed';
const LIVE = 'SELECT * FROM instances WHERE state < 2';

/** What must hold whenever something has changed. */
export const checkStep = (disk: Disk, books: Books, kept: Running | undefined): void => {
  checkTokens(disk, books);
  checkKept(disk, kept);
};

/** What the loops keep of what runs, as of their last commit, is what the store has. */
const checkKept = (disk: Disk, kept: Running | undefined): void => {
  if (!kept || disk.connection.inTransaction) return;
  const wrong = falseIn(kept, {
    tasks: disk.all<ActiveTask>(ACTIVE),
    instances: disk.all<InstanceRow>(LIVE).map(instanceOf),
    pending: new Set(disk.all<{ id: string }>(PENDING_CHANGES).map(({ id }) => id)),
  });
  must(wrong.length === 0, 'what is kept of what runs is true', () => wrong.join('; '));
};

/** With a week more over, nothing is left of what shares used, nor of the shares. */
export const checkUnused = (disk: Disk): void => {
  for (const table of ['shares', 'share_uses']) {
    const rows = disk.all<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)[0]!.n;
    must(rows === 0, 'what is deleted goes', () => `${rows} rows of ${table} are left`);
  }
};

const TABLES = ['jobs', 'tasks', 'edges', 'specs', 'removals', 'demands', 'holds', 'clock_turns'];

/** With the last job gone, nothing is left that was kept for it. */
export const checkEmpty = (disk: Disk, ground: Ground): void => {
  for (const table of TABLES) {
    const rows = disk.all<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)[0]!.n;
    must(rows === 0, 'what is deleted goes', () => `${rows} rows of ${table} are left`);
  }
  const logs = [...ground.output.tasks()].filter((id) => !ground.isWronged(id));
  must(logs.length === 0, 'what is deleted goes', () => `the logs of ${logs.slice(0, 3)} are left`);
};

/** Longer than two reconciliations and the looks between, for a server that lives and an engine that answers. */
const OWNERLESS_MILLISECONDS = 45_000;

/** Tasks that run with nobody to want them, and tasks that are wanted and that nobody runs. */
export class Owners {
  private readonly since = new Map<string, number>();

  /** `calm`: since when neither the server nor the disk nor the host was hurt. */
  check(time: Time, ground: Ground, books: Books, calm: number): void {
    const running = new Set(ground.live());
    const known = ground.known();
    const lonely = [
      ...[...running].filter((id) => !books.floor.live.has(id)),
      ...[...books.floor.live.values()]
        .filter(({ id, held }) => known && !held && !known.has(id))
        .map(({ id }) => id),
    ].filter((id) => !ground.isHidden(id));
    for (const id of this.since.keys()) if (!lonely.includes(id)) this.since.delete(id);
    for (const id of lonely) {
      const since = Math.max(this.since.get(id) ?? time.now, calm);
      this.since.set(id, since);
      must(time.now - since <= OWNERLESS_MILLISECONDS, 'no task is without an owner', () => {
        return `${id} ${running.has(id) ? 'runs, nobody wants it' : 'is wanted, nobody runs it'}`;
      });
    }
  }
}

/** A stop's grace, and an end of which nobody heard until two reconciliations later. */
const OUTLIVES_MILLISECONDS = 120_000;

/** No node outlives its job beyond its grace, while nothing is hurt and nothing out of sight. */
export const checkNodes = (time: Time, ground: Ground, books: Books, calm: number): void => {
  for (const { id, job } of books.floor.live.values()) {
    if (job.role === 'none' || !isFinal(job.parent!.state) || ground.isHidden(id)) continue;
    const since = time.now - Math.max(job.parent!.ended, calm);
    must(since <= OUTLIVES_MILLISECONDS, 'no node outlives its job', () => `${nameOf(job)} has ${id}`);
  }
};

/** A stop's grace, and what was heard of a begin or an end two reconciliations later. */
const OVERTIME_MILLISECONDS = 60_000;

/** When the service was first seen to know that a task runs: a report may come hours after the begin, when the machine has slept. */
const heard = new WeakMap<object, number>();

/** No attempt goes on beyond its limit and its grace, while nothing is hurt and nothing out of sight. */
export const checkLimits = (time: Time, ground: Ground, books: Books, calm: number): void => {
  for (const task of books.floor.live.values()) {
    const { id, job } = task;
    const begun = ground.beganAt(id);
    if (task.state === 1 && !heard.has(task)) heard.set(task, time.now);
    if (job.spec.timeout === undefined || job.role === 'other' || begun === undefined || ground.isHidden(id))
      continue;
    const began = Math.max(begun, heard.get(task) ?? 0);
    const over = time.now - Math.max(began + job.spec.timeout * 1000, calm);
    must(over <= OVERTIME_MILLISECONDS, 'no attempt outlives its limit', () => {
      return `${nameOf(job)}: ${id} runs ${over} ms beyond its ${job.spec.timeout} seconds`;
    });
  }
};

/** Nothing is left to do when everything is over. */
export const checkQuiet = (disk: Disk, ground: Ground, books: Books): void => {
  const left = workLeft(disk);
  must(left === 0, 'the store is quiet', () => `${left} rows of work are left`);
  must(books.floor.live.size === 0, 'the store is quiet', () => `${books.floor.live.size} tasks are live`);
  const there = ground.left();
  must(there.length === 0, 'the engine is quiet', () => `it still has ${JSON.stringify(there.slice(0, 3))}`);
  must(books.queues.size === 0 && books.environments.size === 0, 'what is deleted goes', () => {
    return `${[...books.queues.keys(), ...books.environments.keys()]} are still there`;
  });
};
