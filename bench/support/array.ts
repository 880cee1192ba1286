import { type BenchServer, sleep } from './server.ts';

/** Milliseconds between two looks at the array, at the least and at the most. */
const [SHORTEST, LONGEST] = [50, 1000];

/** An array job of `size` of the definition of `setUp`; its id. */
export const submitArray = async ({ batch }: BenchServer, size: number): Promise<string> => {
  const job = { jobName: 'null', jobQueue: 'q', jobDefinition: 'd' };
  return (await batch.submitJob({ ...job, arrayProperties: { size } })).jobId!;
};

/**
 * One array job of `size` of the definition of `setUp`; resolves when it has SUCCEEDED. What a look costs is the client's
 * and not what is measured: each waits for half of the time that seems to be left. Throws after `limit` milliseconds.
 */
export const runArray = async (
  server: BenchServer,
  size: number,
  limit = Number.POSITIVE_INFINITY,
): Promise<void> => {
  const began = performance.now();
  const jobId = await submitArray(server, size);
  for (;;) {
    const { jobs: [job] = [] } = await server.batch.describeJobs({ jobs: [jobId] });
    if (job?.status === 'SUCCEEDED') return;
    if (job?.status === 'FAILED') throw new Error(`${job?.statusReason}`);
    const took = performance.now() - began;
    if (took > limit) throw new Error('the array takes too long');
    const done = job?.arrayProperties?.statusSummary?.SUCCEEDED ?? 0;
    const left = done === 0 ? 0 : (took / done) * (size - done);
    await sleep(Math.min(LONGEST, Math.max(SHORTEST, left / 2)));
  }
};
