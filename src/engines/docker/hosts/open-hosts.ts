import { unlessStopped } from '../../../lib/unless-stopped.ts';
import { DockerHosts, type DockerHostsSettings } from './hosts-engine.ts';
import type { Connect } from './open-daemon.ts';

/**
 * Connects to several daemons, and takes over what an earlier server left on those that answer. Rejects when none does, when
 * two addresses are the same daemon, and with the reason of `stop` when that comes.
 */
export const openDockerHosts = async (
  settings: DockerHostsSettings,
  stop?: AbortSignal,
  connect?: Connect,
): Promise<DockerHosts> => {
  const engine = new DockerHosts(settings, connect);
  try {
    await unlessStopped(engine.begin(), stop);
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
};
