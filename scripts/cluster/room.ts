import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { programOf } from './build.ts';
import { API_ADDRESS, at } from './places.ts';
import { remember, remembered } from './processes.ts';
import { run } from './tools.ts';

/* The namespaces that the whole cluster lives in, for network, processes and mounts: all in them ends with their first process. */

const room = (): string => programOf('room');

/** The number of their first process; undefined where there is none. */
export const firstProcess = (): number | undefined => remembered('first');

export const openRoom = (): void => {
  remember('first', Number(run(room(), 'new', at('parameters'))));
  inside('ip', 'link', 'set', 'lo', 'up');
  inside('ip', 'address', 'add', `${API_ADDRESS}/32`, 'dev', 'lo');
  inside('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
};

/** Runs a command there, and returns what it prints. */
export const inside = (...command: readonly string[]): string => {
  const first = firstProcess();
  if (first === undefined) throw new Error('no cluster is up');
  return run('nsenter', '-t', String(first), '-n', '-m', '-p', '--', ...command);
};

/** Makes mounts of a node's own, in which these folders are empty. */
export const openNode = (node: number, folders: readonly string[]): void =>
  writeFileSync(at('pid', `node${node}`), inside(room(), 'apart', ...folders).trim());

export const nodes = (): number[] =>
  readdirSync(at('pid'))
    .map((name) => Number(/^node(\d)$/.exec(name)?.[1]))
    .filter((node) => node > 0)
    .sort();

/** The number, as it is there, of a part or of the process that holds a node's mounts. */
const numberOf = (name: string): string => readFileSync(at('pid', name), 'utf8');

/** Starts a part that nobody waits for; `node`: among the mounts of that one. */
export const startPart = (name: string, node: number | undefined, command: readonly string[]): void => {
  const mounts = node === undefined ? [] : ['nsenter', '-t', numberOf(`node${node}`), '-m', '--'];
  const pid = inside(...mounts, room(), 'start', at('log', name), ...command);
  writeFileSync(at('pid', name), pid.trim());
};

export const signalPart = (name: string, signal: string): string =>
  inside('sh', '-c', 'kill -s "$0" "$1"', signal, numberOf(name));

export const isAlive = (name: string): boolean => {
  try {
    signalPart(name, '0');
    return true;
  } catch {
    return false;
  }
};

const INSIDE = () => String(firstProcess());

/** What comes to `address` out here is brought to `to` in there. */
export const openIn = (address: string, to: string): void =>
  door(`in-${address}`, '-', INSIDE(), address, to);

/** What comes to `address` in there is brought to `to` out here. */
export const openOut = (address: string, to: string): void =>
  door(`out-${address}`, INSIDE(), '-', address, to);

const door = (name: string, ...args: readonly string[]): void => {
  if (remembered(`door-${name}`) !== undefined) return;
  const log = openSync(at('log', 'doors'), 'a');
  const opened = spawn(room(), ['door', ...args], {
    ...{ detached: true, cwd: '/', env: {} },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  opened.unref();
  remember(`door-${name}`, opened.pid!);
};

export const doors = (): number[] =>
  readdirSync(at('pid'))
    .filter((name) => name.startsWith('door-'))
    .map(remembered)
    .filter((pid) => pid !== undefined);
