import { readFileSync } from 'node:fs';

/** A script's text as it is run: a shell reads it anew for each line of tasks, so what is for people is left out. */
const runnable = (name: string): string =>
  readFileSync(new URL(name, import.meta.url), 'utf8')
    .split('\n')
    .map((line) => line.trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => `${line}\n`)
    .join('');

/** Forks the tasks; see the file. */
export const HELPER_SCRIPT = runnable('helper.sh');

/** Runs a task and those that follow in its line; see the file. */
export const SHIM_SCRIPT = runnable('shim.sh');

/** Makes a task's mounts and becomes its command; see the file. */
export const MOUNTS_SCRIPT = runnable('mounts.sh');

/** What the shim sets before it becomes the task: no variables of a job. */
export const SHIM_VARIABLES: readonly string[] = [
  'boot_id',
  'code',
  'count',
  'entered',
  'folder',
  'group',
  'id',
  'kills',
  'kills_before',
  'kills_file',
  'limit',
  'limits',
  'mark',
  'member',
  'memory',
  'name',
  'oom_score',
  'pid',
  'prlimit',
  'refusal',
  'refused',
  'self',
  'skipped',
  'stat',
  'tasks',
  'tries',
  'w',
];
