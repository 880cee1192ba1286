import type { TestContext } from 'node:test';
import { Batch, type JobDetail } from '@aws-sdk/client-batch';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { readRootKey } from '../../src/main/data-folder.ts';
import { eventually, later, startServe, tempFolder } from '../support/cli.ts';
import { KUBECONFIG, makeNamespace, newClient, podsIn, removeAll } from './cluster.ts';

/** Servers over the suite's cluster and one folder, whose pods are in a namespace of their own: they are gone with the test. */
export const lab = async (t: TestContext, namespace: string) => {
  const client = newClient();
  await makeNamespace(client, namespace);
  later(t, async () => {
    await removeAll(client, namespace, await podsIn(client, namespace));
    client.close();
  });
  const dataDir = `${tempFolder(t)}/data`;
  const serve = async (...more: string[]) => {
    const cluster = ['--kubeconfig', KUBECONFIG, '--namespace', namespace];
    const flags = ['--engine', 'kubernetes', ...cluster, '--pull', 'absent', ...more];
    const server = await startServe(t, flags, { dataDir, lifeMilliseconds: 900_000 });
    return { server, ...clientsOf(t, server.url, dataDir) };
  };
  return { serve, client, pods: () => podsIn(client, namespace) };
};

const clientsOf = (t: TestContext, endpoint: string, dataDir: string) => {
  const settings = { endpoint, region: 'us-east-1', credentials: readRootKey(dataDir), maxAttempts: 10 };
  const [batch, logs] = [new Batch(settings), new CloudWatchLogs(settings)];
  later(t, () => {
    batch.destroy();
    logs.destroy();
  });
  return { batch, logs };
};

export const describe = async (batch: Batch, jobId: string): Promise<JobDetail> =>
  (await batch.describeJobs({ jobs: [jobId] })).jobs![0]!;

/** The job, once it is in one of these states. */
export const inState = (batch: Batch, jobId: string, ...states: string[]): Promise<JobDetail> =>
  eventually(`${jobId} ${states}`, async () => {
    const job = await describe(batch, jobId);
    return states.includes(job.status!) ? job : undefined;
  });

/** What is kept of a job's log. */
export const messages = async (logs: CloudWatchLogs, job: JobDetail): Promise<string[]> => {
  const { events = [] } = await logs.getLogEvents({
    logGroupName: '/aws/batch/job',
    logStreamName: job.container!.logStreamName!,
    startFromHead: true,
  });
  return events.map((event) => event.message!);
};
