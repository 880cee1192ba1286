import type { GrowthGroup } from '../engines/kubernetes/nodes/growth.ts';
import { UsageError } from './config.ts';

/** Each may be a host to whoever plans. */
const MOST = 1000;

const FORM = 'name=N,vcpus=N,memory=NGiB,max=N,label=NAME=VALUE[,gpus=N][,spot]';

/** What `--grow` says, each time of one group: `label` may be said again. Throws UsageError. */
export const parseGrowth = (texts: readonly string[] = []): readonly GrowthGroup[] => {
  const groups = texts.map(groupOf);
  const names = new Set(groups.map(({ name }) => name));
  if (names.size < groups.length) throw new UsageError('--grow names a group twice');
  if (groups.reduce((sum, { max }) => sum + max, 0) > MOST)
    throw new UsageError(`--grow: groups may have ${MOST} nodes together at most`);
  return groups;
};

const groupOf = (text: string): GrowthGroup => {
  const parts = new Map<string, string[]>();
  for (const part of text.split(',')) {
    const [, key = '', value = ''] = /^([a-z]+)(?:=(.*))?$/.exec(part) ?? [];
    parts.set(key, [...(parts.get(key) ?? []), value]);
  }
  const wrong = (why: string) => new UsageError(`--grow takes ${FORM}: ${why}, got '${text}'`);
  const stray = [...parts.keys()].find((key) => !KEYS.includes(key));
  if (stray !== undefined) throw wrong(`nothing else`);
  const one = (key: string, form: RegExp): RegExpExecArray | undefined => {
    const given = parts.get(key) ?? [];
    if (given.length === 0) return undefined;
    const found = given.length === 1 ? form.exec(given[0]!) : null;
    if (!found) throw wrong(`${key} once, and of that form`);
    return found;
  };
  const name = one('name', /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
  const vcpus = one('vcpus', /^\d+(\.\d+)?$/);
  const memory = one('memory', /^(\d+)(MiB|GiB)$/);
  const max = one('max', /^[1-9]\d{0,5}$/);
  if (!name || !vcpus || !memory || !max) throw wrong('each of name, vcpus, memory and max');
  const labels = labelsOf(parts.get('label') ?? []);
  if (!labels) throw wrong('a label or more, by which its nodes are known');
  return {
    name: name[0],
    size: {
      milliVcpus: Math.round(Number(vcpus[0]) * 1000),
      memoryMiB: Number(memory[1]) * (memory[2] === 'GiB' ? 1024 : 1),
      gpus: Number(one('gpus', /^\d{1,3}$/)?.[0] ?? 0),
    },
    max: Number(max[0]),
    labels,
    isSpot: one('spot', /^$/) !== undefined,
  };
};

const KEYS = ['name', 'vcpus', 'memory', 'max', 'label', 'gpus', 'spot'];

const labelsOf = (texts: readonly string[]): Readonly<Record<string, string>> | undefined => {
  const pairs = texts.map((text) => /^([A-Za-z0-9][-A-Za-z0-9_./]*)=([-A-Za-z0-9_.]*)$/.exec(text));
  if (pairs.length === 0 || pairs.includes(null)) return undefined;
  return Object.fromEntries(pairs.map((pair) => [pair![1]!, pair![2]!]));
};
