import { existsSync } from 'node:fs';
import { isBuilt } from './build.ts';
import { CACHE } from './places.ts';
import { find } from './tools.ts';

/** Debian's folder of the plugins that give pods their networks. */
export const PLUGINS = '/usr/lib/cni';

const TOOLS: Readonly<Record<string, string>> = {
  containerd: 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  busybox: 'busybox-static',
  ip: 'iproute2',
  nsenter: 'util-linux',
  openssl: 'openssl',
};

/** Why no cluster of our own can be started here, its programs aside; undefined where it can. */
export const lacksTools = (): string | undefined => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'not root on Linux';
  const lacking = Object.keys(TOOLS).find((name) => find(name) === undefined);
  if (lacking !== undefined) return `there is no ${lacking} (Debian: apt-get install ${TOOLS[lacking]})`;
  if (!existsSync(`${PLUGINS}/bridge`))
    return `there is no ${PLUGINS}/bridge (Debian: apt-get install containernetworking-plugins)`;
  return undefined;
};

/** Why no cluster of our own can be started here; undefined where it can. */
export const lacks = (): string | undefined =>
  lacksTools() ?? (isBuilt() ? undefined : `its programs are not in ${CACHE} (npm run cluster -- build)`);
