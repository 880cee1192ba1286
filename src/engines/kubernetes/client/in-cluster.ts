import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../lib/clock.ts';
import type { Access } from './access.ts';

/** Where a cluster mounts what a pod needs to reach its API. */
const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
/** The mounted token lives an hour, and is another well before. */
const READ_MILLISECONDS = 60_000;

/** Whether this is a pod that is told where its API is. */
export const isInCluster = (environment: NodeJS.ProcessEnv): boolean =>
  Boolean(environment.KUBERNETES_SERVICE_HOST && environment.KUBERNETES_SERVICE_PORT);

/** Rule K-102: the way in from a pod, by what is mounted there. Throws when that is not there. */
export const inClusterAccess = (environment: NodeJS.ProcessEnv, clock: Clock, folder = FOLDER): Access => {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '' } = environment;
  const mounted = new Mounted(clock, folder);
  mounted.read();
  return {
    about: `the cluster's own service account (${host}:${port})`,
    namespace: mounted.text('namespace'),
    server: () => ({
      host,
      port: Number(port),
      prefix: '',
      ca: mounted.current().ca,
      serverName: undefined,
      isInsecure: false,
    }),
    credentials: async () => ({ token: mounted.current().token }),
    renew: () => mounted.read(),
  };
};

/** The files as they were a minute ago at most. */
class Mounted {
  private readonly clock: Clock;
  private readonly folder: string;
  private readAt = 0;
  private files = { ca: '', token: '' };

  constructor(clock: Clock, folder: string) {
    this.clock = clock;
    this.folder = folder;
  }

  current(): { readonly ca: string; readonly token: string } {
    if (this.clock.steady() - this.readAt >= READ_MILLISECONDS) this.read();
    return this.files;
  }

  read(): void {
    this.files = { ca: this.text('ca.crt'), token: this.text('token') };
    this.readAt = this.clock.steady();
  }

  text(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8').trim();
  }
}
