import { listAt, memberAt, scalarAt, textAt } from './members.ts';
import type { Question } from './question.ts';
import { partsOf, singlesOf } from './roles-passed.ts';

type Said = Question['context'];

/** Without the keys that have no value. */
const present = (values: Readonly<Record<string, string | undefined>>): Said =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Said;

/** What each container of a definition says of itself, by condition key (rules ). */
export const containersSaid = (registered: unknown): readonly Said[] =>
  partsOf(registered).flatMap((part) => {
    const tasks = listAt(memberAt(part, 'ecsProperties'), 'taskProperties');
    const pod = memberAt(memberAt(part, 'eksProperties'), 'podProperties');
    return [
      ...singlesOf(part).map(containerSaid),
      ...tasks.flatMap((task) => listAt(task, 'containers')).map(containerSaid),
      ...podContainers(pod).map((container) => ({ ...podSaid(pod), ...podContainerSaid(container) })),
    ];
  });

const containerSaid = (container: unknown): Said => {
  const log = memberAt(container, 'logConfiguration');
  const options = memberAt(log, 'options');
  return present({
    'batch:Image': textAt(container, 'image'),
    'batch:User': textAt(container, 'user'),
    'batch:Privileged': scalarAt(container, 'privileged') ?? 'false',
    'batch:LogDriver': textAt(log, 'logDriver'),
    'batch:AWSLogsGroup': textAt(options, 'awslogs-group'),
    'batch:AWSLogsRegion': textAt(options, 'awslogs-region'),
    'batch:AWSLogsStreamPrefix': textAt(options, 'awslogs-stream-prefix'),
    'batch:AWSLogsCreateGroup': scalarAt(options, 'awslogs-create-group'),
  });
};

const podContainers = (pod: unknown): readonly unknown[] => [
  ...listAt(pod, 'containers'),
  ...listAt(pod, 'initContainers'),
];

const podSaid = (pod: unknown): Said =>
  present({
    'batch:EKSNamespace': textAt(memberAt(pod, 'metadata'), 'namespace'),
    'batch:EKSServiceAccountName': textAt(pod, 'serviceAccountName'),
  });

const podContainerSaid = (container: unknown): Said => {
  const security = memberAt(container, 'securityContext');
  return present({
    'batch:EKSImage': textAt(container, 'image'),
    'batch:EKSPrivileged': scalarAt(security, 'privileged') ?? 'false',
    'batch:EKSRunAsUser': scalarAt(security, 'runAsUser'),
    'batch:EKSRunAsGroup': scalarAt(security, 'runAsGroup'),
  });
};

const NOTHING: Said = {};

/** What a submission writes over, for each question that it asks. */
export const podsSaid = (input: unknown): Said => {
  const pod = memberAt(memberAt(input, 'eksPropertiesOverride'), 'podProperties');
  if (pod === undefined) return NOTHING;
  const images = podContainers(pod).flatMap((container) => textAt(container, 'image') ?? []);
  return {
    ...(images.length > 0 && { 'batch:EKSImage': images.length === 1 ? images[0]! : images }),
    ...present({ 'batch:EKSNamespace': textAt(memberAt(pod, 'metadata'), 'namespace') }),
  };
};
