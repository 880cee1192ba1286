import type { Eyes } from './eyes.ts';
import type { Wire } from './model.ts';
import { type Attempt, FAILED, isFinal, type Job, must, STARTING, STATES } from './model.ts';
import { type Ledger, nameIn } from './requests.ts';
import { same } from './resources.ts';
import { jobOf } from './submit.ts';
import { attemptsOf } from './times.ts';

/* The lines of the activity log: each tells of what is durable, and tells it as it is. */

const RULE = 'the activity log is true';

type Check = (ledger: Ledger, eyes: Eyes, fields: Wire) => void;

/** A line was written, after what is read of the history. */
export const checkLine = (ledger: Ledger, eyes: Eyes, message: string, fields: Wire): void => {
  const check = CHECKS[message];
  must(check !== undefined, RULE, () => `nobody knows of: ${message}`);
  check!(ledger, eyes, fields);
};

/** The job of a line, which has its name. */
const named = (ledger: Ledger, { jobId, name }: Wire): Job => {
  const job = ledger.jobs.get(jobId);
  must(job !== undefined, RULE, () => `nobody submitted ${jobId}`);
  same(RULE, name, job!.name);
  return job!;
};

/** The attempt under way, or one that has just ended. */
const started: Check = (ledger, _eyes, fields) => {
  const job = named(ledger, fields);
  const { over } = job.role === 'none' ? job : job.parent!;
  must(fields.attempt === over || fields.attempt === over + 1, RULE, () => {
    return `${job.id} started its attempt ${fields.attempt}, over ${over}`;
  });
};

/** Its attempt does not count. */
const unstarted: Check = (ledger, eyes, fields) => {
  must(!!fields.reason, RULE, () => `nobody says why ${fields.jobId} waits again`);
  started(ledger, eyes, fields);
};

/** A node that waited for its main one until that ended has no attempt of that number: what it says is one of those it has. */
const againAfter: Check = (ledger, _eyes, fields) => {
  const job = named(ledger, fields);
  checkAttempt(fields, job.role === 'other' ? saidBy(job, fields) : attemptsOf(job)[fields.attempt - 1]);
};

const checkAttempt = ({ exitCode, statusReason, reason }: Wire, one: Attempt | undefined): void =>
  same(RULE, [exitCode, statusReason, reason], [one?.exitCode, one?.statusReason, one?.reason]);

/** One of the job's attempts that ended as a line says. */
const saidBy = (job: Job, { exitCode, statusReason, reason }: Wire): Attempt | undefined =>
  attemptsOf(job).find(
    (one) => one.exitCode === exitCode && one.statusReason === statusReason && one.reason === reason,
  );

/**
 * A node may wait again by now, or have ended while it waited, with its job, of which no line tells: what this one says is
 * the end of an attempt. What was asked for again may have ended once more.
 */
const ended: Check = (ledger, eyes, fields) => {
  const job = named(ledger, fields);
  const seen = eyes.job(job.seq);
  if (!seen || job.again || (job.role !== 'none' && !isFinal(job.state))) return;
  const { status, exitCode, statusReason, reason, attempt = 0 } = fields;
  if (job.role !== 'none' && job.endedFrom < STARTING) {
    checkAttempt(fields, saidBy(job, fields));
    same(RULE, status === 'SUCCEEDED', exitCode === 0);
    return;
  }
  const last = job.size > 0 ? undefined : attemptsOf(job).at(-1);
  same(
    RULE,
    [status, exitCode ?? null, statusReason ?? null, reason],
    [STATES[job.state], seen.exit_code, seen.status_reason, last?.reason],
  );
  if (job.role === 'none') same(RULE, attempt, job.over);
};

const childrenEnded: Check = (ledger, _eyes, { jobId, children, status, statusReason }) => {
  const array = ledger.jobs.get(jobId);
  if (array?.again) return;
  must((array?.summary[FAILED] ?? 0) >= children, RULE, () => `${children} children of ${jobId} ended`);
  same(RULE, [status, !!statusReason], ['FAILED', true]);
};

/** It may have been removed in the same moment. */
const stopAsked: Check = (ledger, _eyes, { jobId }) =>
  must(ledger.jobs.has(nameIn('job', jobId) ?? ''), RULE, () => `nobody submitted ${jobId}`);

const runAgain: Check = (ledger, _eyes, { jobId, jobs }) => {
  const job = jobOf(ledger, jobId);
  must(job !== undefined && jobs <= Math.max(1, job.size), RULE, () => `${jobs} of ${jobId} run again`);
};

const CHECKS: Readonly<Record<string, Check>> = {
  'a job started': started,
  'an attempt failed: the job runs again': againAfter,
  'a task did not start: its job waits again': unstarted,
  'a job ended': ended,
  'waiting children ended': childrenEnded,
  'a stop was asked for': stopAsked,
  'jobs were asked to run again': runAgain,
};
