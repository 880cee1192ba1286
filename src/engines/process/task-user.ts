import { readFileSync } from 'node:fs';

export interface UserIds {
  readonly uid: number;
  readonly gid: number;
}

/** The kernel's -1 means nobody: a change to it changes nothing. */
const LARGEST = 0xffff_fffe;

const isNumber = (text: string): boolean => /^\d{1,10}$/.test(text) && Number(text) <= LARGEST;

/**
 * Who a definition's `user` is: `name`, `uid`, and either with `:group` or `:gid`, by this machine's files. A number that has no
 * entry is its own group's. Undefined when there is nobody of that name.
 */
export const userIds = (
  text: string,
  passwd = readIf('/etc/passwd'),
  group = readIf('/etc/group'),
): UserIds | undefined => {
  const [name = '', groupName] = text.split(':', 2);
  const entry = linesOf(passwd).find(
    ([entryName, , uid]) => entryName === name || (isNumber(name) && uid === name),
  );
  const uid = entry ? Number(entry[2]) : isNumber(name) ? Number(name) : undefined;
  if (uid === undefined) return undefined;
  if (groupName === undefined) return { uid, gid: entry ? Number(entry[3]) : uid };
  const gid = isNumber(groupName) ? Number(groupName) : gidOf(groupName, group);
  return gid === undefined ? undefined : { uid, gid };
};

const gidOf = (name: string, group: string): number | undefined => {
  const entry = linesOf(group).find(([entryName]) => entryName === name);
  return entry && Number(entry[2]);
};

const linesOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.includes(':'))
    .map((line) => line.split(':'));

const readIf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/**
 * The user that a task is to be instead of the server's or `runAs`; undefined: nobody else. A string: why it cannot be.
 * `self`: who the server is.
 */
export const taskUser = (
  text: string | undefined,
  self: UserIds,
  runAs: UserIds | undefined,
): UserIds | undefined | string => {
  if (!text) return undefined;
  const wanted = userIds(text);
  if (!wanted) return `there is no user or group '${text}' on this host`;
  const present = runAs ?? self;
  if (wanted.uid === present.uid && wanted.gid === present.gid) return undefined;
  if (runAs) return `this server runs all tasks as one user (--run-as), and '${text}' is another`;
  return self.uid === 0 ? wanted : `a task can be another user than the server's only where that is root`;
};
