import { findProgram } from './program.ts';

/** Found once, and not by the PATH of a task, which is its own. */
const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';
const tool = (name: string): string => findProgram(name, SYSTEM_PATH, '/') ?? name;

/** Programs that a task is begun with. */
export const TOOLS = {
  setsid: tool('setsid'),
  prlimit: tool('prlimit'),
  setpriv: tool('setpriv'),
  unshare: tool('unshare'),
  mount: tool('mount'),
  env: tool('env'),
  mkdir: tool('mkdir'),
};

/** The words that make what follows another user's. */
export const changeTo = ({ uid, gid }: { readonly uid: number; readonly gid: number }): string[] => [
  TOOLS.setpriv,
  `--reuid=${uid}`,
  `--regid=${gid}`,
  '--clear-groups',
];
