/** What they come to, in their order, once the last is settled; rejects then as the first of those that reject. */
export const allDone = async <T>(asked: readonly Promise<T>[]): Promise<T[]> => {
  await Promise.allSettled(asked);
  return Promise.all(asked);
};
