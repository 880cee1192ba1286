import { type GrowthGroup, groupWith } from '../engines/kubernetes/nodes/growth.ts';
import { UsageError } from './config.ts';

/** Each may be a host to whoever plans. */
const MOST = 1000;

const FORM = 'name=N,vcpus=N,memory=NGiB,max=N,label=NAME=VALUE[,gpus=N][,spot]';

/** What `--grow` says, each time of one group: `label` may be said again. Throws UsageError. */
export const parseGrowth = (texts: readonly string[] = []): readonly GrowthGroup[] => {
  const groups = texts.map(groupOf);
  const names = new Set(groups.map(({ name }) => name));
  if (names.size < groups.length) throw new UsageError('--grow names a group twice');
  tellApart(groups);
  if (groups.reduce((sum, { max }) => sum + max, 0) > MOST)
    throw new UsageError(`--grow: groups may have ${MOST} nodes together at most`);
  return groups;
};

/** A node is of the first group all of whose labels it has: one that comes after it would never be told of its own. */
const tellApart = (groups: readonly GrowthGroup[]): void => {
  for (const [at, group] of groups.entries()) {
    const first = groupWith(groups, group.labels)!;
    if (groups.indexOf(first) < at)
      throw new UsageError(
        `--grow: a node of group ${group.name} has the labels of group ${first.name} as well, which is named before it`,
      );
  }
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
  const said = parts.get('label') ?? [];
  const labels = labelsOf(said);
  if (!labels) throw wrong('a label or more, by which its nodes are known');
  if (Object.keys(labels).length < said.length) throw wrong('each label once');
  const milliVcpus = Math.round(Number(vcpus[0]) * 1000);
  const memoryMiB = Number(memory[1]) * (memory[2] === 'GiB' ? 1024 : 1);
  if (milliVcpus === 0 || memoryMiB === 0) throw wrong('vcpus and memory above 0');
  return {
    name: name[0],
    size: { milliVcpus, memoryMiB, gpus: Number(one('gpus', /^\d{1,3}$/)?.[0] ?? 0) },
    max: Number(max[0]),
    labels,
    isSpot: one('spot', /^$/) !== undefined,
  };
};

const KEYS = ['name', 'vcpus', 'memory', 'max', 'label', 'gpus', 'spot'];

/** As Kubernetes has them: a prefix is a domain name of 253 characters at most, all else has 63. */
const labelsOf = (texts: readonly string[]): Readonly<Record<string, string>> | undefined => {
  const pairs = texts.map((text) => LABEL.exec(text));
  if (pairs.length === 0 || pairs.some((pair) => !pair || (pair[1]?.length ?? 0) > 254)) return undefined;
  return Object.fromEntries(pairs.map((pair) => [`${pair![1] ?? ''}${pair![2]}`, pair![3] ?? '']));
};

const WORD = '[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
const PART = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const LABEL = new RegExp(`^(${PART}(?:\\.${PART})*/)?(${WORD})=(${WORD})?$`);
