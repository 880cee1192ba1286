import { DaemonApi } from './api.ts';
import { DockerClient } from './client.ts';
import { DockerEngine } from './engine.ts';
import type { DockerEngineSettings } from './settings.ts';

const PING_MILLISECONDS = 5000;

/** Connects, and takes over what an earlier server left; rejects when nobody answers there. */
export const openDockerEngine = async (settings: DockerEngineSettings): Promise<DockerEngine> => {
  const client = new DockerClient(settings.address, settings.timers);
  try {
    await client.ping(PING_MILLISECONDS);
    const engine = new DockerEngine(settings, new DaemonApi(client, settings.dataId));
    await engine.adopt();
    return engine;
  } catch (error) {
    client.close();
    throw error;
  }
};
