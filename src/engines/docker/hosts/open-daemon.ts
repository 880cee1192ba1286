import { NoAnswer } from '../answers.ts';
import { DaemonApi } from '../api.ts';
import type { Machine } from '../api-shapes.ts';
import { DockerClient } from '../client.ts';
import { DockerEngine } from '../engine.ts';
import type { DockerEngineSettings } from '../settings.ts';

const PING_MILLISECONDS = 5000;

/** Resolves when somebody answers at the settings' address; rejects with why not. */
export type Connect = (settings: DockerEngineSettings) => Promise<DaemonApi>;

export const connectTo: Connect = async ({ address, timers, dataId }) => {
  const client = new DockerClient(address, timers);
  try {
    await client.ping(PING_MILLISECONDS);
    return new DaemonApi(client, dataId);
  } catch (error) {
    client.close();
    throw error;
  }
};

/**
 * Tries a daemon once: who it is (`meet` of its presence), and what an earlier server left there. `prepare` has its engine
 * before that looks at anything. Rejects when the daemon does not answer, or is not to be used.
 */
export const openDaemon = async (
  connect: Connect,
  settings: DockerEngineSettings,
  prepare: (engine: DockerEngine) => void,
): Promise<DockerEngine> => {
  const api = await connect(settings);
  const engine = new DockerEngine(settings, api);
  try {
    checkId(settings, await api.machine(), await api.machine());
    prepare(engine);
    await engine.adopt();
    return engine;
  } catch (error) {
    void engine.close();
    throw error;
  }
};

/** Podman says another one each time. */
const checkId = ({ address }: DockerEngineSettings, one: Machine, two: Machine): void => {
  if (one.id !== '' && one.id === two.id) return;
  throw new NoAnswer(
    `the daemon at ${address.text} says no id that stays: one of several hosts must be Docker's own`,
  );
};
