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
  const prefix = configuration?.options?.['awslogs-stream-prefix'] || definitionName.slice(0, 200);
  const group = configuration?.options?.['awslogs-group'];
  const stream = `${prefix}/default/${taskId}`;
  return group && group !== DEFAULT_GROUP ? `${group}\n${stream}` : stream;
};

/** The group and the stream of what `logStreamName` made. */
export const splitStream = (stored: string): { group: string; stream: string } => {
  const at = stored.indexOf('\n');
  return at < 0
    ? { group: DEFAULT_GROUP, stream: stored }
    : { group: stored.slice(0, at), stream: stored.slice(at + 1) };
};
