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

/**
 * What a submission writes over in pods, its own or those of ranges of nodes: by each image that it names, with the namespace
 * beside it. Each is to be asked about alone, for of a list of images a condition that names one of them holds. Once and without
 * keys where it writes over none of that.
 */
export const podsSaid = (input: unknown): readonly Said[] => {
  const overrides = [input, ...listAt(memberAt(input, 'nodeOverrides'), 'nodePropertyOverrides')];
  const said = overrides.flatMap((over) =>
    podSaidOver(memberAt(memberAt(over, 'eksPropertiesOverride'), 'podProperties')),
  );
  const once = new Map(said.map((one) => [JSON.stringify(one), one]));
  return once.size > 0 ? [...once.values()] : [{}];
};

const podSaidOver = (pod: unknown): readonly Said[] => {
  const images = podContainers(pod).flatMap((container) => textAt(container, 'image') ?? []);
  const namespace = textAt(memberAt(pod, 'metadata'), 'namespace');
  if (images.length === 0 && namespace === undefined) return [];
  return (images.length > 0 ? images : [undefined]).map((image) =>
    present({ 'batch:EKSImage': image, 'batch:EKSNamespace': namespace }),
  );
};
