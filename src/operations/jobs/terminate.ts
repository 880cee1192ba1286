import type { Operation } from '../../service/service.ts';
import { askStop, type StopInput } from './ask-stop.ts';
import { askStops, type StopsInput } from './ask-stops.ts';

/** TerminateJob, p. 58: ends a job in any state but the final ones. */
export const terminateJob: Operation<StopInput> = (service, input) => askStop(service, input, 'terminate');

/** TerminateJobs: each as TerminateJob does. */
export const terminateJobs: Operation<StopsInput> = (service, input, caller) =>
  askStops(service, input, 'terminate', caller);
