import { brokenPart, GROUP_NAME, STREAM_NAME } from './log-names.ts';
import { podContainerName, podContainers } from './pods/pod.ts';

/** The log group of jobs that name none (rule J-320). */
export const DEFAULT_GROUP = '/aws/batch/job';

interface LogConfiguration {
  readonly options?: Readonly<Record<string, string>>;
}

/**
 * Where a task's output is found, as it is stored: the stream's name, with its group and a line feed before it when
 * that is not the default one. Rules J-320 and J-322: `<definition>/default/<task>`, the first part replaced by
 * `awslogs-stream-prefix`, the group by `awslogs-group`.
 */
export const logStreamName = (
  definitionName: string,
  taskId: string,
  configuration: LogConfiguration | undefined,
): string => {
  const group = groupIn(configuration);
  const prefix = prefixIn(configuration) || definitionName.slice(0, 200);
  const stream = `${prefix}/default/${taskId}`;
  return group && group !== DEFAULT_GROUP ? `${group}\n${stream}` : stream;
};

/**
 * Of each container of a pod, in their order: `<definition>/<container>/<pod>` (T-380). The first is where the service itself says
 * why a pod never ran.
 */
export const podStreamNames = (
  definitionName: string,
  pod: Parameters<typeof podContainers<{ readonly name?: string | undefined }>>[0],
  podName: string,
): readonly string[] =>
  podContainers(pod).map(
    (container) => `${definitionName.slice(0, 200)}/${podContainerName(container).slice(0, 200)}/${podName}`,
  );

/** By what a container's output is kept: hexadecimal digits, of a pod's first container those of its task. */
export const containerLogId = (taskId: string, place: number): string =>
  place === 0 ? taskId : `${place.toString(16).padStart(2, '0')}${taskId}`;

const GROUP_OPTION = 'awslogs-group';
const PREFIX_OPTION = 'awslogs-stream-prefix';

/** What follows the prefix: `/default/` and a task's id. */
const AFTER_PREFIX = '/default/'.length + 32;
const PREFIX = { ...STREAM_NAME, least: 0, most: STREAM_NAME.most - AFTER_PREFIX };

/** The option's value where it can be a name; else the job is told by where it would be without. */
const groupIn = (configuration: LogConfiguration | undefined): string | undefined => {
  const group = configuration?.options?.[GROUP_OPTION];
  return group && brokenPart(group, GROUP_NAME) === undefined ? group : undefined;
};
const prefixIn = (configuration: LogConfiguration | undefined): string | undefined => {
  const prefix = configuration?.options?.[PREFIX_OPTION];
  return prefix && brokenPart(prefix, PREFIX) === undefined ? prefix : undefined;
};

/** Of an option in a reason, which has 255 characters. */
const SHOWN_CHARACTERS = 60;

/** Why there can be no log stream of such names, in words; undefined when there can. */
export const faultOfNames = (configuration: LogConfiguration | undefined): string | undefined => {
  for (const [option, rule] of [
    [GROUP_OPTION, GROUP_NAME],
    [PREFIX_OPTION, PREFIX],
  ] as const) {
    const value = configuration?.options?.[option];
    const broken = value === undefined ? undefined : brokenPart(value, rule);
    if (broken !== undefined)
      return `${option} '${value!.slice(0, SHOWN_CHARACTERS)}' is no name for logs: ${broken}`;
  }
  return undefined;
};

/** The group and the stream of what `logStreamName` made. */
export const splitStream = (stored: string): { group: string; stream: string } => {
  const at = stored.indexOf('\n');
  return at < 0
    ? { group: DEFAULT_GROUP, stream: stored }
    : { group: stored.slice(0, at), stream: stored.slice(at + 1) };
};
