import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GroupTree } from './cgroup-delegated.ts';

const ANSWER_MILLISECONDS = 2000;

/** This machine's own tree, mounted at `mount`. */
export const groupTree = (mount: string): GroupTree => ({
  own: existsSync(join(mount, 'cgroup.controllers'))
    ? /^0::(\/.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1]
    : undefined,
  // as sd_booted(3)
  hasSystemd: existsSync('/run/systemd/system'),
  isDelegated: (unit, ofUser) => {
    const words = [...(ofUser ? ['--user'] : []), 'show', '--property=Delegate', '--value', '--', unit];
    const answer = execFileSync('systemctl', words, {
      encoding: 'utf8',
      timeout: ANSWER_MILLISECONDS,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return answer.trim() === 'yes';
  },
  words: (group, file) =>
    readFileSync(join(mount, group, file), 'utf8')
      .split(/\s+/)
      .filter(Boolean),
  write: (group, file, text) => writeFileSync(join(mount, group, file), text),
  make: (group) => void mkdirSync(join(mount, group), { recursive: true }),
  parentOf: (pid) => {
    try {
      return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    } catch {
      return undefined;
    }
  },
});
