import type { PodLogs } from './logs/pod-logs.ts';
import type { PodsApi } from './pods-api.ts';

/** Logs of pods as the API gives them. */
export const podLogsOf = (api: PodsApi): PodLogs => ({
  async *read({ name, logOf }, { sinceTime, follow, signal }) {
    signal.throwIfAborted();
    const stream = await api.log(name, {
      sinceTime: sinceTime?.toISOString(),
      follow,
      signal,
      ...(logOf !== undefined && { container: logOf }),
    });
    try {
      for await (const chunk of stream) yield chunk as Buffer;
    } finally {
      stream.destroy();
    }
  },
});
