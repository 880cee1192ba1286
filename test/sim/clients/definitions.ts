import type { Wire } from '../books/model.ts';
import type { Ledger } from '../books/requests.ts';
import { arnOf } from '../books/requests.ts';
import type { Random } from '../random.ts';
import type { Swarm } from '../swarm.ts';
import { consuming } from './consumables.ts';
import { nodeProperties } from './nodes.ts';

/** One request as a client makes it. */
export interface Draft {
  readonly operation: string;
  readonly input: Wire;
}

export type Make = (r: Random, ledger: Ledger, swarm: Swarm, id: number) => Draft;

export const nameOf = (r: Random, swarm: Swarm, letter: string): string =>
  `${letter}${r.int(0, swarm.names - 1)}`;

/** A name, or now and then its ARN. */
export const asArn = (r: Random, kind: string, name: string): string =>
  r.chance(0.2) ? arnOf(kind, name) : name;

/** One that is there, if there is any. */
export const known = <T>(r: Random, map: ReadonlyMap<string, T>, otherwise: string): string =>
  map.size === 0 || r.chance(0.03) ? otherwise : r.pick([...map.keys()]);

export const register: Make = (r, ledger, swarm, id) => {
  const isNodes = r.chance(swarm.nodes);
  // nodes have to be tried again often, for all the ways there are
  const own = isNodes && r.chance(0.6) ? {} : strategy(r);
  const retryStrategy = isNodes ? { ...own, attempts: r.int(2, 4) } : own;
  return {
    operation: 'RegisterJobDefinition',
    input: {
      jobDefinitionName: nameOf(r, swarm, 'd'),
      ...(isNodes
        ? { type: 'multinode', nodeProperties: nodeProperties(r, ledger, swarm, id) }
        : { type: 'container', containerProperties: container(r, swarm, id) }),
      ...(r.chance(0.6) && { parameters: { who: 'a', what: 'b' } }),
      ...(r.chance(isNodes ? 0.8 : 0.5) && { retryStrategy }),
      ...(r.chance(0.3) && { timeout: { attemptDurationSeconds: r.int(60, 90) } }),
      ...(r.chance(0.2) && { tags: { team: 'x' } }),
      ...(r.chance(0.3) && { schedulingPriority: r.pick([0, 1, 5, r.int(0, 9999)]) }),
      ...consuming(r, ledger, swarm),
    },
  };
};

/** What one `register` makes is like nothing that another makes: what runs in place of another's job shows. */
export const container = (r: Random, swarm: Swarm, id: number) => {
  const { milliVcpus, gpus } = swarm.capacity.pool;
  const most = milliVcpus / 1000;
  const vcpus = r.chance(0.05) ? most * 2 : r.pick([1, Math.max(1, most >> 1)]);
  const memory = r.chance(0.05)
    ? swarm.capacity.pool.memoryMiB * 2
    : r.pick([4, 64, swarm.capacity.pool.memoryMiB >> 2]);
  const requirements = [
    { type: 'VCPU', value: r.chance(0.2) ? '0.25' : String(vcpus) },
    { type: 'MEMORY', value: String(memory) },
    ...(r.chance(gpus > 0 ? 0.6 : 0.03) ? [{ type: 'GPU', value: r.pick(['1', '1', '2']) }] : []),
  ];
  return {
    image: `image-${id}`,
    command: commandOf(r, id),
    ...(r.chance(0.5) ? { vcpus, memory } : { resourceRequirements: requirements }),
    ...(r.chance(0.4) && {
      environment: [{ name: 'A', value: `a${id}` }, ...some(r, { name: 'B', value: r.pick(['', 'b']) })],
    }),
    ...(r.chance(0.3) && members(r, id)),
  };
};

const some = <T>(r: Random, one: T): T[] => (r.chance(0.5) ? [one] : []);

/** What an engine alone looks at. */
const members = (r: Random, id: number) => ({
  ...(r.chance(0.5) && {
    volumes: [{ name: 'v', host: { sourcePath: `/host/${id}` } }],
    mountPoints: some(r, { sourceVolume: 'v', containerPath: `/mount/${id}`, readOnly: r.chance(0.5) }),
  }),
  ...(r.chance(0.3) && { ulimits: [{ name: 'nofile', softLimit: id, hardLimit: id + 1 }] }),
  ...(r.chance(0.3) && { user: `user${id}` }),
  ...(r.chance(0.3) && { privileged: r.chance(0.5) }),
  ...(r.chance(0.3) && { readonlyRootFilesystem: true }),
  ...(r.chance(0.3) && { jobRoleArn: `arn:aws:iam::012345678910:role/job-${id}` }),
  ...(r.chance(0.3) && {
    executionRoleArn: `arn:aws:iam::012345678910:role/pull-${id}`,
    secrets: some(r, { name: 'S', valueFrom: `secret-${id}` }),
  }),
  ...(r.chance(0.3) && {
    linuxParameters: {
      initProcessEnabled: true,
      ...(r.chance(0.5) && { devices: [{ hostPath: `/dev/${id}` }] }),
      ...(r.chance(0.5) && { tmpfs: [{ containerPath: `/tmp/${id}`, size: 1 }] }),
    },
  }),
  ...(r.chance(0.3) && {
    logConfiguration: {
      logDriver: 'awslogs',
      ...(r.chance(0.5) && { options: { 'awslogs-stream-prefix': `p${id}` } }),
    },
  }),
});

/** `wait` runs until somebody stops it. */
export const commandOf = (r: Random, id: number): string[] =>
  r.chance(0.03)
    ? []
    : [
        r.weighted({ wait: 10, soon: 8, work: 82 }),
        r.pick(['Ref::who', 'x', '--in=Ref::what/Ref::who']),
        `--of=${id}`,
      ];

export const strategy = (r: Random) => ({
  attempts: r.skewed(1, 10),
  ...(r.chance(0.5) && {
    evaluateOnExit: Array.from({ length: r.int(1, 3) }, () => ({
      action: r.pick(['RETRY', 'EXIT', 'exit', 'Retry']),
      ...r.pick([
        { onExitCode: r.pick(['1', '2', '4*', '13*', '*']) },
        { onReason: r.pick(['*', 'OutOf*', 'CannotPull*']) },
        { onStatusReason: r.pick(['Host EC2*', 'Task failed*', 'Essential container in task exited', '*']) },
        { onExitCode: '1', onReason: '*' },
      ]),
    })),
  }),
});

export const definitionName = (r: Random, ledger: Ledger): string => {
  const name = known(r, ledger.definitions, 'nobody');
  const revisions = ledger.definitions.get(name)?.length ?? 0;
  const full = r.chance(0.4)
    ? `${name}:${r.int(Math.max(1, revisions - 2), revisions + (r.chance(0.05) ? 1 : 0)) || 1}`
    : name;
  return asArn(r, 'job-definition', full);
};

export const deregister: Make = (r, ledger) => ({
  operation: 'DeregisterJobDefinition',
  input: { jobDefinition: definitionName(r, ledger) },
});

export const describeDefinitions: Make = (r, ledger) => ({
  operation: 'DescribeJobDefinitions',
  input: {
    ...(r.chance(0.5) && { jobDefinitionName: known(r, ledger.definitions, 'nobody') }),
    ...(r.chance(0.5) && { status: r.pick(['ACTIVE', 'INACTIVE']) }),
    ...(r.chance(0.3) && { jobDefinitions: [definitionName(r, ledger), definitionName(r, ledger)] }),
  },
});
