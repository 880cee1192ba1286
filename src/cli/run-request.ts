import { resolve } from 'node:path';
import type { ContainerProperties, KeyValuePair, SubmitJobRequest } from '@aws-sdk/client-batch';
import { UsageError } from '../main/config.ts';
import { mayMount } from '../main/data-folder.ts';
import { envFile } from './env-file.ts';
import { mebibytes, pair, seconds, variables, whole } from './flags.ts';
import type { Target } from './target.ts';

/** The flags of `run` as they were given. */
export interface RunOptions {
  readonly queue: string;
  readonly name?: string;
  readonly vcpus?: string;
  readonly memory?: string;
  readonly gpus?: string;
  readonly array?: string;
  readonly after?: string[];
  readonly env?: string[];
  readonly envFile?: string[];
  readonly image?: string;
  /** False: `--no-mount`. */
  readonly mount?: string[] | boolean;
  readonly workdir?: string;
  readonly timeout?: string;
  readonly retries?: string;
  readonly tag?: string[];
  readonly definition?: string;
  readonly set?: string[];
  readonly detach?: boolean;
  readonly waitTimeout?: string;
  readonly json?: boolean;
  readonly data?: string;
}

/** What the job is to be, and what is to be said of it first. */
export interface Container {
  readonly properties: ContainerProperties;
  readonly notes: readonly string[];
}

/** Where a job starts: both engines take it from its environment. */
const WORKDIR = 'LONGSHORE_WORKDIR';
/** Rule of the service: an attempt may run a minute at the least. */
const LEAST_TIMEOUT_SECONDS = 60;
/** Likewise: ten attempts at the most. */
const MOST_RETRIES = 9;

const runsContainers = (engine: string | undefined): boolean =>
  engine === 'docker' || engine === 'kubernetes';

export const containerOf = (
  command: readonly string[],
  options: RunOptions,
  { engine, mounts: allowed }: Pick<Target, 'engine' | 'mounts'>,
): Container => {
  if (options.definition === undefined && runsContainers(engine) && options.image === undefined)
    throw new UsageError('this server runs jobs in containers: name the image, run --image IMAGE -- COMMAND');
  const { mounts, notes } = mountsOf(options, engine, allowed);
  return {
    notes,
    properties: {
      image: options.image ?? 'none',
      command: [...command],
      resourceRequirements: needsOf({ vcpus: '1', memory: '512', ...options }),
      environment: [...variablesOf(options), ...workdirOf(options, engine, mounts)],
      ...volumesOf(mounts),
    },
  };
};

const needsOf = ({ vcpus, memory, gpus }: Pick<RunOptions, 'vcpus' | 'memory' | 'gpus'>) => [
  ...(vcpus === undefined ? [] : [{ type: 'VCPU' as const, value: vcpusOf(vcpus) }]),
  ...(memory === undefined
    ? []
    : [{ type: 'MEMORY' as const, value: String(mebibytes('--memory', memory)) }]),
  ...(gpus === undefined ? [] : [{ type: 'GPU' as const, value: String(whole('--gpus', gpus, 1)) }]),
];

export const vcpusOf = (text: string): string => {
  if (!(Number(text) > 0)) throw new UsageError(`--vcpus takes a number above 0, got '${text}'`);
  return String(Number(text));
};

const variablesOf = ({ env = [], envFile: paths = [] }: RunOptions): KeyValuePair[] => {
  const lines = paths.flatMap(envFile);
  return [...variables([...lines, ...env])].map(([name, value]) => ({ name, value }));
};

interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** With an image, of a server on this machine, the current folder is mounted where it is. */
const mountsOf = (
  { mount, image }: RunOptions,
  engine: string | undefined,
  allowed: readonly string[] | undefined,
): { mounts: Mount[]; notes: string[] } => {
  const asked = Array.isArray(mount) ? mount.map(readMount) : [];
  const refused = asked.find(({ source }) => !mayMount(allowed, source));
  if (refused) throw new UsageError(`--mount ${refused.source}: ${mountable(allowed)}`);
  if (image === undefined || mount === false || engine === 'process') return { mounts: asked, notes: [] };
  if (engine === undefined) {
    const note =
      'the server is not known to be on this machine: the current folder is not mounted (--no-mount says so)';
    return { mounts: asked, notes: [note] };
  }
  const here = process.cwd();
  if (!mayMount(allowed, here))
    return { mounts: asked, notes: [`${mountable(allowed)}: the current folder is not mounted`] };
  const isThere = asked.some(({ target }) => target === here);
  return { mounts: isThere ? asked : [...asked, { source: here, target: here, readOnly: false }], notes: [] };
};

const mountable = (allowed: readonly string[] = []): string =>
  allowed.length === 0
    ? 'the server lets jobs mount nothing of this machine'
    : `the server lets jobs mount what is below ${allowed.join(', ')} only`;

const readMount = (text: string): Mount => {
  const [source = '', target, mode, ...more] = text.split(':');
  if (source === '' || more.length > 0 || (mode !== undefined && mode !== 'ro'))
    throw new UsageError(`--mount takes SRC, SRC:DST or SRC:DST:ro, got '${text}'`);
  const path = resolve(source);
  return { source: path, target: target || path, readOnly: mode === 'ro' };
};

const volumesOf = (mounts: readonly Mount[]) =>
  mounts.length === 0
    ? {}
    : {
        volumes: mounts.map(({ source }, at) => ({ name: `mount-${at}`, host: { sourcePath: source } })),
        mountPoints: mounts.map(({ target, readOnly }, at) => ({
          sourceVolume: `mount-${at}`,
          containerPath: target,
          ...(readOnly && { readOnly }),
        })),
      };

/** A container that does not see the folder starts where its image says. */
const workdirOf = (
  { workdir }: RunOptions,
  engine: string | undefined,
  mounts: readonly Mount[],
): KeyValuePair[] => {
  const here = process.cwd();
  if (workdir !== undefined)
    return [{ name: WORKDIR, value: runsContainers(engine) ? workdir : resolve(workdir) }];
  const seesHere = !runsContainers(engine) || mounts.some(({ target }) => target === here);
  return seesHere ? [{ name: WORKDIR, value: here }] : [];
};

/** What SubmitJob is sent, but for definition, size and dependencies. */
export const submissionOf = (
  command: readonly string[],
  options: RunOptions,
): Omit<SubmitJobRequest, 'jobDefinition'> => {
  const { definition, name, queue } = options;
  return {
    jobName: name === undefined ? nameOf(command[0] ?? definition ?? 'job') : givenName(name),
    jobQueue: queue,
    ...(definition !== undefined && { containerOverrides: overridesOf(command, options) }),
    ...(options.set && { parameters: Object.fromEntries(options.set.map((text) => pair('--set', text))) }),
    ...(options.tag && { tags: Object.fromEntries(options.tag.map((text) => pair('--tag', text))) }),
    ...(options.timeout !== undefined && { timeout: { attemptDurationSeconds: timeoutOf(options.timeout) } }),
    ...(options.retries !== undefined && {
      retryStrategy: { attempts: whole('--retries', options.retries, 0, MOST_RETRIES) + 1 },
    }),
  };
};

const overridesOf = (command: readonly string[], options: RunOptions) => {
  for (const flag of ['image', 'mount'] as const)
    if (options[flag] !== undefined && options[flag] !== true)
      throw new UsageError(`--${flag} is the definition's own: leave it out with --definition`);
  const environment = variablesOf(options);
  const resourceRequirements = needsOf(options);
  return {
    ...(command.length > 0 && { command: [...command] }),
    ...(environment.length > 0 && { environment }),
    ...(resourceRequirements.length > 0 && { resourceRequirements }),
  };
};

export const timeoutOf = (text: string): number => {
  const limit = Math.ceil(seconds('--timeout', text));
  if (limit < LEAST_TIMEOUT_SECONDS)
    throw new UsageError(`--timeout takes 60s at the least, as the service does, got '${text}'`);
  return limit;
};

/** One that is given is not changed in silence: it would not be found by. */
const givenName = (name: string): string => {
  if (!/^[A-Za-z0-9][\w-]{0,127}$/.test(name))
    throw new UsageError(
      `--name takes up to 128 letters, digits, - and _, the first a letter or digit, got '${name}'`,
    );
  return name;
};

const nameOf = (text: string): string =>
  text
    .split('/')
    .at(-1)!
    .replace(/[^A-Za-z0-9_-]/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, 128) || 'job';
