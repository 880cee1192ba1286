import { type Mistake, many, set, TYPE, uuid, without, wrong } from './mistake.ts';

const stop: readonly Mistake[] = [
  wrong(/^reason is required|Member must not/, set('reason', '', null)),
  wrong(/^jobId is required|Member must not/, set('jobId', '', null)),
  wrong(/^reason has at most/, set('reason', 'z'.repeat(1025))),
  wrong(/^Job \S* ?not found/, set('jobId', 'junk', `${uuid}:`)),
  wrong(TYPE, set('jobId', 1, ['x'])),
];

const stops: readonly Mistake[] = [
  wrong(
    /^Number of jobs must/,
    set(
      'jobs',
      [],
      many(51, () => uuid),
    ),
  ),
  wrong(/^Number of jobs must/, without('jobs')),
  wrong(/^reason/, set('reason', '', 'x'.repeat(1025), null)),
  wrong(TYPE, set('jobs', 'x', [1])),
];

export const STOP_MISTAKES: Readonly<Record<string, readonly Mistake[]>> = {
  CancelJob: stop,
  TerminateJob: stop,
  CancelJobs: stops,
  TerminateJobs: stops,
};
