import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GROUP } from './places.ts';

const ROOT = '/sys/fs/cgroup';
const isSecond = existsSync(join(ROOT, 'cgroup.controllers'));

/** One tree in the second version; in the first one for each controller. */
const trees = (): string[] =>
  isSecond
    ? [ROOT]
    : readdirSync(ROOT)
        .map((name) => join(ROOT, name))
        .filter((path) => existsSync(join(path, 'cgroup.procs')));

/** A new group of the first version's cpuset has nothing, and takes no process before it has. */
const inherit = (from: string, to: string): void => {
  for (const file of ['cpuset.cpus', 'cpuset.mems'])
    if (existsSync(join(to, file))) writeFileSync(join(to, file), readFileSync(join(from, file)));
};

/** In the second version a group hands its controllers on when it is told. */
const handOn = (group: string): void => {
  const controllers = readFileSync(join(group, 'cgroup.controllers'), 'utf8').trim().split(' ');
  for (const name of controllers) writeFileSync(join(group, 'cgroup.subtree_control'), `+${name}`);
};

/** A control group of the cluster, with all that the machine has. */
export const makeGroup = (name: string): void => {
  for (const tree of trees()) {
    const groups = [tree, join(tree, GROUP), join(tree, GROUP, name)];
    for (const [at, group] of groups.slice(1).entries()) {
      if (isSecond) handOn(groups[at]!);
      mkdirSync(group, { recursive: true });
      if (!isSecond) inherit(groups[at]!, group);
    }
  }
};

const removeTree = (path: string): void => {
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) removeTree(join(path, entry.name));
  rmdirSync(path);
};

/** Throws while a process is in one of them. */
export const removeGroups = (): void => {
  for (const tree of trees()) if (existsSync(join(tree, GROUP))) removeTree(join(tree, GROUP));
};
