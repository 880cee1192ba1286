import { isRefusal } from '../domain/refusal.ts';
import type { Store } from '../store/store.ts';
import type { Caller, Service } from './service.ts';

/**
 * The service as a call sees it whose changes are recorded: what it writes and its record are one transaction (rule A-188). What an
 * operation refuses has changed nothing, and has none.
 */
export const recording = (service: Service, { recordOf }: Caller): Service =>
  recordOf ? { ...service, store: recordingStore(service.store, recordOf) } : service;

const recordingStore = (inner: Store, recordOf: (answer: unknown) => string): Store => ({
  read: (fn) => inner.read(fn),
  write: (fn) =>
    inner.write(async (tx) => {
      const answer = await fn(tx);
      if (!isRefusal(answer)) tx.record(recordOf(answer));
      return answer;
    }),
  close: () => inner.close(),
});
