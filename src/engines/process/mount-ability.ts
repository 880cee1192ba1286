import { spawnSync } from 'node:child_process';
import type { UserIds } from './task-user.ts';
import { changeTo, TOOLS } from './tools.ts';

/** How a task gets mounts of its own: by root's right, or by a user namespace in which its user has that right. */
export type MountWay = 'root' | 'user namespaces';

/** The words that put what follows into a mount namespace. */
export const NAMESPACE: Readonly<Record<MountWay, readonly string[]>> = {
  root: [TOOLS.unshare, '--mount'],
  'user namespaces': [TOOLS.unshare, '--user', '--map-current-user', '--keep-caps', '--mount'],
};

/** What a task is not to keep of the rights that its mounts took. */
export const GIVE_UP: Readonly<Record<MountWay, readonly string[]>> = {
  root: [],
  'user namespaces': [TOOLS.setpriv, '--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all'],
};

/**
 * The way this machine allows; undefined: none. With `runAs` never root's: what that user may not reach is not mounted for him,
 * and the kernel sees to it. `folder`: an empty one.
 */
export const mountWay = (folder: string, runAs: UserIds | undefined): MountWay | undefined =>
  (['root', 'user namespaces'] as const).find((way) => {
    if (way === 'root' && (runAs || process.getuid?.() !== 0)) return false;
    const [program, ...words] = [
      ...(runAs ? changeTo(runAs) : []),
      ...NAMESPACE[way],
      ...[TOOLS.mount, '-t', 'tmpfs', 'tmpfs', folder],
    ];
    return spawnSync(program!, words, { stdio: 'ignore', cwd: '/', env: {} }).status === 0;
  });
