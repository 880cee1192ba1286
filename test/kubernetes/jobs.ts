import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Batch } from '@aws-sdk/client-batch';
import { tempFolder } from '../support/cli.ts';
import { IMAGE } from './cluster.ts';

/** A folder of the nodes, which are this machine, that all may write. */
export const openFolder = (t: TestContext): string => {
  const folder = join(tempFolder(t), 'ran');
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  return folder;
};

/** A queue `q` over all nodes. */
export const createQueue = async (batch: Batch): Promise<void> => {
  await batch.createComputeEnvironment({
    computeEnvironmentName: 'e',
    type: 'UNMANAGED',
    serviceRole: 'r',
  });
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'e' }];
  await batch.createJobQueue({ jobQueueName: 'q', priority: 1, computeEnvironmentOrder });
};

/** A definition `d` of a script, which sees a folder of the nodes as /m; tried three times. */
export const define = async (batch: Batch, script: string, folder: string, vcpus: string): Promise<void> => {
  await batch.registerJobDefinition({
    jobDefinitionName: 'd',
    type: 'container',
    containerProperties: {
      image: IMAGE,
      command: ['sh', '-c', script],
      resourceRequirements: [
        { type: 'VCPU', value: vcpus },
        { type: 'MEMORY', value: '32' },
      ],
      volumes: [{ name: 'm', host: { sourcePath: folder } }],
      mountPoints: [{ sourceVolume: 'm', containerPath: '/m' }],
      linuxParameters: { initProcessEnabled: true },
    },
    retryStrategy: { attempts: 3 },
  });
};

export const submit = async (batch: Batch, size?: number): Promise<string> => {
  const array = size === undefined ? {} : { arrayProperties: { size } };
  const job = { jobName: 'j', jobQueue: 'q', jobDefinition: 'd', ...array };
  return (await batch.submitJob(job)).jobId!;
};

export const childrenOf = (jobId: string, size: number): string[] =>
  Array.from({ length: size }, (_, i) => `${jobId}:${i}`);
