import { type BenchServer, sleep } from './server.ts';

const isOver = (status: string | undefined): boolean => status === 'SUCCEEDED' || status === 'FAILED';

/** One array job of `size` of the definition of `setUp`; resolves when it has SUCCEEDED. */
export const runArray = async ({ batch }: BenchServer, size: number): Promise<void> => {
  const { jobId } = await batch.submitJob({
    jobName: 'null',
    jobQueue: 'q',
    jobDefinition: 'd',
    arrayProperties: { size },
  });
  for (;;) {
    const { jobs: [job] = [] } = await batch.describeJobs({ jobs: [jobId!] });
    if (isOver(job?.status) && job?.status !== 'SUCCEEDED') throw new Error(`${job?.statusReason}`);
    if (isOver(job?.status)) return;
    await sleep(200);
  }
};
