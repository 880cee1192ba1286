import type { PodLogs } from './logs/pod-logs.ts';
import type { PodsApi } from './pods-api.ts';

/** Logs of pods as the API gives them. */
export const podLogsOf = (api: PodsApi): PodLogs => ({
  async *read({ name }, { sinceTime, follow, signal }) {
    signal.throwIfAborted();
    const stream = await api.log(name, sinceTime?.toISOString(), follow);
    const end = () => stream.destroy();
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    try {
      for await (const chunk of stream) yield chunk as Buffer;
    } finally {
      signal.removeEventListener('abort', end);
      end();
    }
  },
});
