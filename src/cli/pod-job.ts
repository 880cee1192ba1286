import type { JobDetail } from '@aws-sdk/client-batch';
import { podStreamNames } from '../domain/log-stream.ts';

/** How a job's container ended; of a pod's the first that failed, which decides (T-376). */
export const containerEnd = ({
  container,
  eksProperties,
}: JobDetail): { readonly exitCode?: number | undefined; readonly reason?: string | undefined } => {
  if (container) return container;
  const { containers = [], initContainers = [] } = eksProperties?.podProperties ?? {};
  const ended = [...initContainers, ...containers].filter(({ exitCode }) => exitCode !== undefined);
  const { exitCode, reason } = ended.find((one) => one.exitCode !== 0) ?? ended.at(-1) ?? {};
  // the reason of one that failed without a word of its own says no more than its code
  return { exitCode, ...(reason !== 'Error' && reason !== 'Completed' && { reason }) };
};

/** Streams of all containers of a job's pods, its attempts' oldest first; attempts count from 1. */
export const podStreams = ({
  jobDefinition = '',
  eksProperties,
  eksAttempts = [],
}: JobDetail): { readonly stream: string; readonly attempt: number }[] => {
  const { containers = [], initContainers = [], podName } = eksProperties?.podProperties ?? {};
  const [, definition = ''] = /job-definition\/([^:]+)/.exec(jobDefinition) ?? [];
  const pods = [...eksAttempts.map((attempt) => attempt.podName), podName].filter(
    (name) => name !== undefined,
  );
  return [...new Set(pods)].flatMap((pod, at) =>
    podStreamNames(definition, { containers, initContainers }, pod).map((stream) => ({
      stream,
      attempt: at + 1,
    })),
  );
};
