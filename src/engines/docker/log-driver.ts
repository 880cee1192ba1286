import type { ContainerSpec } from '../../domain/container.ts';

/**
 * What is kept of the output is read from the daemon, so it keeps everything: a daemon's own `max-size` would throw away
 * what was not read yet. Only a job that names json-file has its own options.
 */
export const logConfig = ({
  logConfiguration,
}: ContainerSpec): { Type: string; Config: Record<string, string> } => {
  const { logDriver = 'awslogs', options = {} } = logConfiguration ?? {};
  if (logDriver === 'none') return { Type: 'none', Config: {} };
  if (logDriver === 'json-file' && Object.keys(options).length > 0) {
    return { Type: 'json-file', Config: { ...options } };
  }
  return { Type: 'json-file', Config: { 'max-size': UNLIMITED } };
};

const UNLIMITED = '1024g';

/** Whether a log of these options may lose its beginning: without `max-size` the daemon's own may hold. */
export const rotates = (config: Readonly<Record<string, string>>): boolean =>
  config['max-size'] !== UNLIMITED;
