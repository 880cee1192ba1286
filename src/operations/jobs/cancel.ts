import type { Operation } from '../../service/service.ts';
import { askStop, type StopInput } from './ask-stop.ts';
import { askStops, type StopsInput } from './ask-stops.ts';

/** CancelJob, p. 3: ends what has not reached STARTING; the rest goes on. */
export const cancelJob: Operation<StopInput> = (service, input) => askStop(service, input, 'cancel');

/** CancelJobs: each as CancelJob does. */
export const cancelJobs: Operation<StopsInput> = (service, input, caller) =>
  askStops(service, input, 'cancel', caller);
