import { readFileSync, writeFileSync } from 'node:fs';
import { at } from './places.ts';

/** State and start time, fields 3 and 22; undefined where there is no such process. */
const lookAt = (pid: number): { readonly state: string; readonly start: string } | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0]!, start: fields[19]! };
  } catch {
    return undefined;
  }
};

/** Numbers come round: the start time tells a process from a later one. */
export const remember = (name: string, pid: number): void =>
  writeFileSync(at('pid', name), `${pid} ${lookAt(pid)?.start}`);

/** The process that was remembered under a name, while it lives. */
export const remembered = (name: string): number | undefined => {
  try {
    const [pid, start] = readFileSync(at('pid', name), 'utf8').split(' ');
    const found = lookAt(Number(pid));
    return found !== undefined && found.state !== 'Z' && found.start === start ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
};
