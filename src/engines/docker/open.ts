import { unlessStopped } from '../../lib/unless-stopped.ts';
import { DaemonRefusal, NoAnswer } from './answers.ts';
import { DaemonApi } from './api.ts';
import type { Machine } from './api-shapes.ts';
import { backOff } from './back-off.ts';
import { DockerClient } from './client.ts';
import { DockerEngine } from './engine.ts';
import type { DockerEngineSettings } from './settings.ts';

const PING_MILLISECONDS = 5000;

export interface OpenedDocker {
  readonly engine: DockerEngine;
  readonly machine: Machine;
}

/**
 * Connects, and takes over what an earlier server left. A daemon that is there and hangs, answers 5xx or goes away in the
 * midst of it is waited for, for nothing can be decided before it has told what runs. Rejects at once when nobody is
 * there or speaks what is spoken here, and when it is told to stop: then with the signal's reason.
 */
export const openDockerEngine = async (
  settings: DockerEngineSettings,
  stop?: AbortSignal,
): Promise<OpenedDocker> => {
  const client = new DockerClient(settings.address, settings.timers);
  try {
    return await unlessStopped(open(settings, client, stop), stop);
  } catch (error) {
    client.close();
    throw error;
  }
};

const open = async (
  settings: DockerEngineSettings,
  client: DockerClient,
  stop: AbortSignal | undefined,
): Promise<OpenedDocker> => {
  await insist(settings, stop, hangs, () => client.ping(PING_MILLISECONDS));
  const api = new DaemonApi(client, settings.dataId);
  const engine = new DockerEngine(settings, api);
  const machine = await insist(settings, stop, isInTrouble, () => api.machine());
  await insist(settings, stop, isInTrouble, () => engine.adopt());
  return { engine, machine };
};

/** Asks until there is an answer, or an error that will not pass. */
const insist = async <T>(
  { timers, log, address }: DockerEngineSettings,
  stop: AbortSignal | undefined,
  mayPass: (error: unknown) => boolean,
  ask: () => Promise<T>,
): Promise<T> => {
  for (let tries = 0; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      stop?.throwIfAborted();
      if (!mayPass(error)) throw error;
      log.warn({ error: (error as Error).message }, `waiting for the Docker daemon at ${address.text}`);
      await backOff(timers, tries);
    }
  }
};

/** Somebody is there who does not answer: nobody would be told at once. */
const hangs = (error: unknown): boolean =>
  (error instanceof NoAnswer && error.timedOut) || (error instanceof DaemonRefusal && error.status >= 500);

/** Of a daemon that has answered once. */
const isInTrouble = (error: unknown): boolean => error instanceof NoAnswer || hangs(error);
