import { type Environment, type Instance, must, type Task, type Wire } from './model.ts';
import type { Expected, Ledger, Request } from './requests.ts';
import { same } from './resources.ts';

/* What clients of ECS and EC2 are shown of the machines and the tasks on them. */

type Expect = (ledger: Ledger, request: Request) => Expected;

const NO_CLUSTER: Expected = { refusal: /^Cluster not found\./ };
const SLICE = 'fargate';

const last = (arn: string): string => arn.split('/').at(-1)!;

/** The environment of a cluster, one that is deleted too. */
const environmentOf = (ledger: Ledger, cluster: string): Environment | undefined =>
  [...ledger.environmentBySeq.values()].find((environment) => environment.cluster === cluster);

/** Live tasks; undefined while one is there that was recalled before anybody looked: nobody knows where it was. */
const liveTasks = (ledger: Ledger): Task[] | undefined => {
  const live = [...ledger.floor.live.values()];
  return live.some(({ environment }) => environment === 0) ? undefined : live;
};

/** DescribeTasks: each known attempt in the order asked. What is hidden with its job goes in steps. */
const describeTasks: Expect = (ledger, { input }) => {
  const environment = environmentOf(ledger, input.cluster);
  if (!environment) return NO_CLUSTER;
  return {
    apply: (answer) => {
      if (!answer) return;
      const isGone = (id: string) => ledger.tasks.get(id)?.job.gone;
      const wanted = [...new Set<string>(input.tasks)].filter(
        (id) => ledger.tasks.get(id)?.environment === environment.seq && !isGone(id),
      );
      const shown = answer.tasks.filter(({ taskArn }: Wire) => !isGone(last(taskArn)));
      same(
        'tasks as described',
        shown.map(taskShown),
        wanted.map((id) => taskKept(ledger, ledger.tasks.get(id)!)),
      );
    },
  };
};

const taskShown = (one: Wire) => [
  last(one.taskArn),
  one.startedBy,
  last(one.taskDefinitionArn),
  one.containerInstanceArn && last(one.containerInstanceArn),
  one.containers.map(({ image, cpu, memory }: Wire) => [image, cpu, memory]),
  one.lastStatus,
  one.containers[0].exitCode,
  one.containers[0].reason,
  ...(one.lastStatus === 'STOPPED' ? [one.startedAt, one.stoppedAt, one.stoppedReason] : []),
];

const taskKept = (ledger: Ledger, task: Task) => {
  const { id, job } = task;
  const live = ledger.floor.live.get(id);
  const made = madeOf(ledger, task);
  if (live) return [...made, live.state === 1 ? 'RUNNING' : 'PENDING', undefined, undefined];
  const { exitCode, reason, startedAt, stoppedAt, statusReason } = job.attempts.find((a) => a.task === id)!;
  const times = [startedAt && startedAt / 1000, stoppedAt / 1000];
  return [...made, 'STOPPED', exitCode, reason, ...times, statusReason];
};

/** What a task is, whatever becomes of it. A vCPU is 1,024 units. */
const madeOf = (ledger: Ledger, { id, job, instance, milliVcpus, memoryMiB }: Task) => {
  const { type, containerInstance } = ledger.floor.instances.get(instance)!;
  const cpu = String(Math.round((milliVcpus * 1024) / 1000));
  return [
    id,
    job.id,
    last(job.spec.definition),
    type === SLICE ? undefined : containerInstance,
    [[job.spec.container.image, cpu, String(memoryMiB)]],
  ];
};

/** ListTasks: what is live, or what has stopped. */
const listTasks: Expect = (ledger, { input }) => {
  const environment = environmentOf(ledger, input.cluster);
  if (!environment) return NO_CLUSTER;
  return {
    apply: (answer) => {
      const live = liveTasks(ledger);
      if (!answer || !live) return;
      const ids: string[] = answer.taskArns.map(last);
      if (input.desiredStatus === 'STOPPED') {
        const wrong = ids.find((id) => ledger.floor.live.has(id));
        must(wrong === undefined, 'tasks as described', () => `${wrong} is shown as stopped`);
        return;
      }
      const matches = ({ environment: seq, job }: Task) =>
        seq === environment.seq && (input.startedBy ?? job.id) === job.id;
      const kept = live.filter(matches).map(({ id }) => id);
      same('tasks as described', ids, kept.sort().slice(0, input.maxResults ?? 100));
    },
  };
};

const instancesIn = (ledger: Ledger, environment: Environment) =>
  [...ledger.floor.instances.values()]
    .filter((one) => one.environment === environment.seq && one.state < 2 && one.type !== SLICE)
    .sort((a, b) => (a.containerInstance < b.containerInstance ? -1 : 1));

const listContainerInstances: Expect = (ledger, { input }) => {
  const environment = environmentOf(ledger, input.cluster);
  if (!environment) return NO_CLUSTER;
  return {
    apply: (answer) => {
      if (!answer) return;
      const state = STATUSES.indexOf(input.status);
      const shown: string[] = answer.containerInstanceArns.map(last);
      // where it may be either, as it is shown
      const isIn = (one: Instance) => {
        const states = ledger.floor.statesOf(one);
        return states.has(state) && (states.size === 1 || shown.includes(one.containerInstance));
      };
      const kept = instancesIn(ledger, environment).filter((one) => state < 0 || isIn(one));
      same(
        'instances as described',
        shown,
        kept.map((one) => one.containerInstance).slice(0, input.maxResults ?? 100),
      );
    },
  };
};

const STATUSES = ['ACTIVE', 'DRAINING'];

/** DescribeContainerInstances: with the tasks on each. Of terminated ones nothing is said here: they go some day. */
const describeContainerInstances: Expect = (ledger, { input }) => {
  const environment = environmentOf(ledger, input.cluster);
  if (!environment) return NO_CLUSTER;
  return {
    apply: (answer) => {
      const live = liveTasks(ledger);
      if (!answer || !live) return;
      const shown = answer.containerInstances
        .filter(({ status }: Wire) => status !== 'INACTIVE')
        .map((one: Wire) => [
          last(one.containerInstanceArn),
          one.ec2InstanceId,
          one.status,
          one.runningTasksCount,
          one.pendingTasksCount,
        ]);
      const there = instancesIn(ledger, environment);
      const kept = [...new Set<string>(input.containerInstances)].flatMap((asked) => {
        const one = there.find(({ containerInstance }) => containerInstance === asked);
        if (!one) return [];
        const shownAs = shown.find(([arn]: Wire) => arn === asked)?.[2];
        const statuses = [...ledger.floor.statesOf(one)].map((state) => STATUSES[state]!);
        const status = statuses.includes(shownAs) ? shownAs : statuses[0];
        return [[asked, one.id, status, ...counts(live, ({ instance }) => instance === one.id)]];
      });
      same('instances as described', shown, kept);
    },
  };
};

/** How many run, how many wait. */
const counts = (live: readonly Task[], of: (task: Task) => boolean): [number, number] => {
  const own = live.filter(of);
  const running = own.filter(({ state }) => state === 1).length;
  return [running, own.length - running];
};

const describeClusters: Expect = (ledger, { input }) => ({
  apply: (answer) => {
    const live = liveTasks(ledger);
    if (!answer || !live) return;
    const shown = answer.clusters.map((one: Wire) => [
      one.clusterName,
      one.status,
      one.registeredContainerInstancesCount,
      one.runningTasksCount,
      one.pendingTasksCount,
    ]);
    const kept = [...new Set<string>(input.clusters)].flatMap((cluster) => {
      const environment = environmentOf(ledger, cluster);
      if (!environment) return [];
      const { status, seq } = environment;
      const tasks = counts(live, (task) => task.environment === seq);
      const instances = instancesIn(ledger, environment).length;
      return [[cluster, status === 'DELETED' ? 'INACTIVE' : 'ACTIVE', instances, ...tasks]];
    });
    same('clusters as described', shown, kept);
  },
});

const listClusters: Expect = (ledger, { input }) => ({
  apply: (answer) => {
    if (!answer) return;
    const kept = [...ledger.environments.values()].map(({ cluster }) => cluster);
    same('clusters as described', answer.clusterArns.map(last), kept.slice(0, input.maxResults ?? 100));
  },
});

/** The machine itself is told as whatever type it could be. */
const toldType = ({ instanceType }: Wire, kept: string | undefined): string =>
  kept === 'host' && /^[a-z]\d\w*\.\w+$/.test(instanceType) ? kept : instanceType;

/** EC2's DescribeInstances. Terminated ones are there for a while. */
const describeInstances: Expect = (ledger, { input, outcome }) => {
  const asked: string[] = input.instanceIds;
  const { instances } = ledger.floor;
  const unknown = asked.some((id) => (instances.get(id)?.type ?? SLICE) === SLICE);
  const mayBeGone = outcome?.kind === 'refused' && asked.some((id) => instances.get(id)?.state === 2);
  if (unknown || mayBeGone) return { refusal: /^The instance ID '\S+' does not exist/ };
  return {
    apply: (answer) => {
      if (!answer) return;
      const shown = answer
        .filter(({ state }: Wire) => state !== 'terminated')
        .map((one: Wire) => [one.instanceId, toldType(one, instances.get(one.instanceId)?.type)]);
      const kept = [...instances.values()]
        .filter(
          ({ id, type, state }) => state < 2 && type !== SLICE && (asked.length === 0 || asked.includes(id)),
        )
        .map(({ id, type }) => [id, type]);
      same('instances as described', shown.sort(), kept.sort());
    },
  };
};

export const MACHINES: Readonly<Record<string, Expect>> = {
  DescribeTasks: describeTasks,
  ListTasks: listTasks,
  DescribeContainerInstances: describeContainerInstances,
  ListContainerInstances: listContainerInstances,
  DescribeClusters: describeClusters,
  ListClusters: listClusters,
  DescribeInstances: describeInstances,
};
