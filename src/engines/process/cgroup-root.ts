import { existsSync, mkdirSync, readdirSync, readlinkSync, realpathSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whose memory groups a root holds. A data folder's root is named by the folder's number in its file system and by what is in it: a
 * deleted folder's number comes round. See docs/decisions/memory-groups.md.
 */
export interface RootOwner {
  /** Absolute. */
  readonly dataDir: string;
  /** Of this folder and no other one. */
  readonly id: string;
}

const ROOT = /^longshore-(\d+-\d+)-/;
/**
 * Where the folder is stands in the name of a group below the root: there is nowhere else to write. The number is the mount
 * namespace's, for a path means something in one only.
 */
const MARK = /^of-(\d+)-(.+)$/;
const LONGEST_NAME = 255;

const numberOf = (folder: string): string => {
  const { dev, ino } = statSync(folder);
  return `${dev}-${ino}`;
};

/** Makes a data folder's root below `parent`, or finds it again. */
export const openRoot = (parent: string, owner: RootOwner): string => {
  const root = rootOf(parent, owner);
  mkdirSync(root, { recursive: true });
  const mark = markOf(owner);
  for (const name of readdirSync(root)) if (MARK.test(name) && name !== mark) tryRemove(join(root, name));
  if (mark.length <= LONGEST_NAME) mkdirSync(join(root, mark), { recursive: true });
  return root;
};

const rootOf = (parent: string, { dataDir, id }: RootOwner): string =>
  join(parent, `longshore-${numberOf(dataDir)}-${id}`);

const markOf = ({ dataDir }: RootOwner): string =>
  `of-${mountNamespace()}-${encodeURIComponent(realpathSync(dataDir))}`;

const mountNamespace = (): string => readlinkSync('/proc/self/ns/mnt').replace(/\D/g, '');

/** Removes what is empty; whether the root is gone with it. One that holds a task keeps its mark: it is found again. */
export const removeRoot = (root: string): boolean => {
  const groups = existsSync(root) ? readdirSync(root, { withFileTypes: true }) : [];
  const names = groups.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  for (const name of names) if (!MARK.test(name)) tryRemove(join(root, name));
  if (names.some((name) => !MARK.test(name) && existsSync(join(root, name)))) return false;
  for (const name of names) tryRemove(join(root, name));
  tryRemove(root);
  return !existsSync(root);
};

/** Removes what servers left whose data folder is gone: nobody else will. Those of folders that are there stay. */
export const removeGone = (parent: string, owner: RootOwner): void => {
  const own = rootOf(parent, owner);
  for (const name of readdirSync(parent)) {
    const root = join(parent, name);
    if (ROOT.test(name) && root !== own && isGone(root, owner)) removeRoot(root);
  }
};

/** What has no mark, or one of another namespace, cannot be told. */
const isGone = (root: string, owner: RootOwner): boolean => {
  const number = ROOT.exec(root.slice(root.lastIndexOf('/') + 1))?.[1];
  const marks = namesIn(root)
    .map((name) => MARK.exec(name))
    .filter((mark) => mark !== null);
  return (
    marks.length > 0 &&
    marks.every(
      ([, namespace, path]) =>
        namespace === mountNamespace() && isNotAt(decodeURIComponent(path!), number!, owner),
    )
  );
};

/** Whether the folder of that number is no longer at `path`. At our own path it is not: its root would be ours. */
const isNotAt = (path: string, number: string, owner: RootOwner): boolean => {
  try {
    return path === realpathSync(owner.dataDir) || numberOf(path) !== number;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR';
  }
};

/** Another server may just have removed it. */
const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

/** A group that somebody is in stays. */
export const tryRemove = (path: string): void => {
  try {
    rmdirSync(path);
  } catch {
    // somebody is in it, or it is gone
  }
};
