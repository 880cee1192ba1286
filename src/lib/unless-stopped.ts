/** `work`, unless `stop` comes first: then it rejects with that one's reason. */
export const unlessStopped = <T>(work: Promise<T>, stop: AbortSignal | undefined): Promise<T> => {
  if (!stop) return work;
  const stopped = new Promise<never>((_, reject) => {
    if (stop.aborted) reject(stop.reason);
    stop.addEventListener('abort', () => reject(stop.reason), { once: true });
  });
  return Promise.race([work, stopped]);
};
