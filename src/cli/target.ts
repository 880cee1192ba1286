import type { Batch } from '@aws-sdk/client-batch';
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { ECS } from '@aws-sdk/client-ecs';
import { dataDirOf, UsageError } from '../main/config.ts';
import { isClosed, isRootKey, readAddress, readRootKey } from '../main/data-folder.ts';

/** Which service a client command talks to. */
export interface Target {
  /** Asked before each request: a server that is started again may listen on another port. */
  readonly batchUrl: () => string;
  readonly logsUrl: () => string;
  readonly region: string;
  /** Undefined: those of the environment and the AWS config files. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** What runs its jobs; undefined of a server that is known by its address alone. */
  readonly engine: string | undefined;
  /** Folders below which its jobs may mount; undefined: everywhere, or not known. */
  readonly mounts: readonly string[] | undefined;
  /** What its environments are carved from; undefined likewise. */
  readonly pool: string | undefined;
}

/** The AWS variables when they are set, else the server of the data folder. */
export const findTarget = (data: string | undefined): Target => {
  const { env } = process;
  const dataDir = dataDirOf(data, env);
  const address = readAddress(dataDir);
  const batchUrl = data === undefined ? env.AWS_ENDPOINT_URL_BATCH : undefined;
  if (batchUrl !== undefined) {
    const logsUrl = env.AWS_ENDPOINT_URL_CLOUDWATCH_LOGS ?? batchUrl;
    const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1';
    const credentials = env.AWS_ACCESS_KEY_ID ? undefined : localKey(dataDir);
    const own = address?.url === batchUrl && isKeyOf(dataDir, env.AWS_ACCESS_KEY_ID) ? address : undefined;
    return {
      batchUrl: () => batchUrl,
      logsUrl: () => logsUrl,
      region,
      credentials,
      engine: own?.engine,
      mounts: own?.mounts,
      pool: own?.pool,
    };
  }
  if (!address) throw noServer(dataDir);
  const region = address.region === 'any' ? 'us-east-1' : address.region;
  const { engine, mounts, pool } = address;
  const url = () => readAddress(dataDir)?.url ?? address.url;
  return { batchUrl: url, logsUrl: url, region, credentials: localKey(dataDir), engine, mounts, pool };
};

/** Why there is no address: in a folder that is closed to this user there may well be one. */
export const noServer = (dataDir: string): UsageError =>
  new UsageError(
    isClosed(dataDir)
      ? `the data folder ${dataDir} is another user's: have the lines of \`longshore env\` from them, or name your own by --data`
      : `no server has used ${dataDir} yet: start one with \`longshore serve\``,
  );

/** Another server may listen where the one of this folder did: its key tells them apart, where that can be read. */
const isKeyOf = (dataDir: string, accessKeyId: string | undefined): boolean => {
  try {
    return !accessKeyId || isRootKey(dataDir, accessKeyId);
  } catch {
    return true;
  }
};

const localKey = (dataDir: string): Target['credentials'] => {
  try {
    return readRootKey(dataDir);
  } catch {
    throw new UsageError(`the root key in ${dataDir} cannot be read: set AWS_ACCESS_KEY_ID and its secret`);
  }
};

const settingsOf = (target: Target, url: () => string) => ({
  endpoint: async () => ({ url: new URL(url()) }),
  region: target.region,
  ...(target.credentials && { credentials: target.credentials }),
});

/** The SDK is loaded only by the commands that need it: `serve` starts faster without. */
export const batchClient = async (target: Target): Promise<Batch> => {
  const { Batch } = await import('@aws-sdk/client-batch');
  return new Batch(settingsOf(target, target.batchUrl));
};

export const logsClient = async (target: Target): Promise<CloudWatchLogs> => {
  const { CloudWatchLogs } = await import('@aws-sdk/client-cloudwatch-logs');
  return new CloudWatchLogs(settingsOf(target, target.logsUrl));
};

/** ECS answers where Batch does. */
export const ecsClient = async (target: Target): Promise<ECS> => {
  const { ECS } = await import('@aws-sdk/client-ecs');
  const url = process.env.AWS_ENDPOINT_URL_ECS;
  return new ECS(settingsOf(target, url === undefined ? target.batchUrl : () => url));
};

/** What `run` asks through. */
export interface Clients {
  readonly batch: Batch;
  readonly logs: CloudWatchLogs;
  readonly ecs: ECS;
}
