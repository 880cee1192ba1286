import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import type { ContainerSpec } from '../../domain/container.ts';
import { isFolder } from '../folders.ts';
import { isBelow, type MountPoint, mountedVolumes, type Tmpfs } from '../mounts.ts';
import { mountsInPlace } from './members.ts';
import { refusalOf } from './records.ts';

/** Operations of `mounts.sh`, and folders of the task's own that stand for volumes without a host path. */
export interface TaskMounts {
  readonly operations: readonly string[];
  readonly ownFolders: readonly string[];
  /** Where a path of the task's is on the host; what is in a tmpfs is nowhere. */
  readonly onHost: (path: string) => string;
}

interface Settings {
  /** The task's. */
  readonly folder: string;
  /** Whether the task's user makes the volumes' folders, who may make less than the server. */
  readonly makesFolders: boolean;
}

/** One thing that is mounted. */
interface Mount {
  /** A path of the host; undefined of a tmpfs. */
  readonly source: string | undefined;
  readonly target: string;
  readonly kind: 'folder' | 'file';
  /** The last operation, and its arguments but for the reason. */
  readonly how: readonly string[];
  readonly member: string;
}

type Bind = Mount & { readonly source: string };

/** Whether a task of this container needs mounts of its own (docs/decisions/process-mounts.md). */
export const needsMounts = (container: ContainerSpec): boolean =>
  !mountsInPlace(container) || container.readonlyRootFilesystem === true || tmpfsOf(container).length > 0;

/** How a task comes to its mounts. `container` has its sources as they really are, where that is asked. */
export const mountsOf = (container: ContainerSpec, { folder, makesFolders }: Settings): TaskMounts => {
  const home = join(folder, 'work');
  const { binds, ownFolders } = bindsOf(container, folder);
  const asked: Mount[] = [...binds, ...tmpfsOf(container).map(tmpfsMount)];
  // what a mount hides of the task's own work folder is shown again
  const hidden = asked.some(({ target }) => isBelow(home, target)) ? [homeBind(home, binds.length)] : [];
  const sources = [...binds, ...hidden];
  const mounts = [...asked, ...hidden].sort((a, b) => depth(a.target) - depth(b.target));
  const outer = mounts.filter((mount) => !isWithinAnother(mount, mounts));
  const isNewRoot = outer.some(({ target }) => !existsSync(`/${target.split('/')[1]}`));
  const operations = [
    ...(makesFolders ? binds.flatMap(folderOperation) : []),
    ...sources.flatMap(({ source, member }, at) => [
      'source',
      String(at),
      source,
      refusalOf(member, `${source} cannot be reached`),
    ]),
    ...(isNewRoot
      ? ['root', refusalOf('mountPoints', 'a root with the mount points in it cannot be made')]
      : []),
    ...outer.flatMap((mount) => placing('place', mount)),
    ...(container.readonlyRootFilesystem === true
      ? ['read-only-root', refusalOf('readonlyRootFilesystem', 'the root cannot be made read-only')]
      : []),
    ...mounts.flatMap((mount) => [
      ...(outer.includes(mount) ? [] : placing('make', mount)),
      ...mount.how,
      refusalOf(mount.member, `nothing can be mounted at ${mount.target}`),
    ]),
  ];
  return { operations, ownFolders, onHost: (path) => onHost(pathOf(path), mounts) };
};

const bindsOf = (container: ContainerSpec, folder: string): { binds: Bind[]; ownFolders: string[] } => {
  const volumes = mountedVolumes(container);
  const own = new Map<string, string>();
  const ownFolder = (name: string) => {
    if (!own.has(name)) own.set(name, join(folder, 'volumes', String(own.size)));
    return own.get(name)!;
  };
  const binds = (container.mountPoints as readonly MountPoint[]).map((mount, at): Bind => {
    const { sourceVolume = `of mount point ${at}`, containerPath, readOnly } = mount;
    const path = volumes.find(({ name }) => name === sourceVolume)?.host?.sourcePath;
    const source = path ? path : ownFolder(sourceVolume);
    const target = pathOf(containerPath!);
    // one that is not there is made, as a folder
    const kind = existsSync(source) && !isFolder(source) ? 'file' : 'folder';
    return {
      source,
      target,
      kind,
      how: ['bind', String(at), target, readOnly ? 'ro' : 'rw'],
      member: 'mountPoints',
    };
  });
  return { binds, ownFolders: [...own.values()] };
};

/** The mounts are in order: one that lies over another comes later. */
const onHost = (path: string, mounts: readonly Mount[]): string => {
  const over = mounts.findLast(({ target }) => isBelow(path, target));
  if (!over) return path;
  const { source = '/nowhere/in/a/tmpfs', target } = over;
  return join(source, path.slice(target.length));
};

const tmpfsOf = ({ linuxParameters }: ContainerSpec): readonly Tmpfs[] =>
  (linuxParameters as { tmpfs?: readonly Tmpfs[] } | undefined)?.tmpfs ?? [];

const homeBind = (home: string, at: number): Bind => ({
  ...{ source: home, target: home, kind: 'folder', member: 'mountPoints' },
  how: ['bind', String(at), home, 'rw'],
});

/** As Docker mounts one, unless the options say otherwise. */
const TMPFS_OPTIONS = ['rw', 'noexec', 'nosuid', 'nodev', 'mode=1777'];

const tmpfsMount = ({ containerPath, size, mountOptions = [] }: Tmpfs): Mount => {
  const target = pathOf(containerPath);
  const options = [...TMPFS_OPTIONS, ...mountOptions, `size=${size}m`].join(',');
  return {
    source: undefined,
    target,
    kind: 'folder',
    how: ['tmpfs', target, options],
    member: 'linuxParameters',
  };
};

const folderOperation = ({ source, kind }: Bind): string[] =>
  kind === 'folder' ? ['folder', source, refusalOf('volumes', `the volume ${source} cannot be made`)] : [];

const placing = (how: 'place' | 'make', { target, kind, member }: Mount): string[] => [
  how,
  target,
  kind,
  refusalOf(member, `there is nothing to mount on at ${target}, and it cannot be made`),
];

const pathOf = (path: string): string => normalize(path).replace(/(?<=.)\/+$/, '');

const depth = (path: string): number => path.split('/').length;

const isWithinAnother = (mount: Mount, all: readonly Mount[]): boolean =>
  all.some((other) => other.target !== mount.target && isBelow(mount.target, other.target));
