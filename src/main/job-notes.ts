import { type ContainerSpec, resourcesOf } from '../domain/container.ts';
import { supportFor } from '../engines/docker/support.ts';
import { judgeBy, type MemberRules } from '../engines/member-rules.ts';
import { EVERYTHING } from '../engines/mounts.ts';
import { supportFor as processSupportFor } from '../engines/process/members.ts';

/** What is to be known of a server for what is said of its jobs. */
export interface JobHost {
  readonly engine: string;
  /** Of its whole pool. */
  readonly vcpus: number;
}

/** What has no use is the same whatever an operator allows. */
const RULES: Readonly<Record<string, MemberRules>> = {
  process: processSupportFor({ permissions: EVERYTHING, gpus: 0, canMount: true }),
  docker: supportFor(EVERYTHING),
};

const EMPTY = {
  command: [],
  environment: [],
  resourceRequirements: [],
  volumes: [],
  mountPoints: [],
  ulimits: [],
  secrets: [],
};

/**
 * What a person is told of a container as DescribeJobs shows it, and its log is not: members without a use here, and vCPUs
 * asked that are not there (CPU is a weight: who asks for more than there is gets all of it).
 */
export const notesOn = ({ engine, vcpus }: JobHost, shown: Readonly<Record<string, unknown>>): string[] => {
  const container = { ...EMPTY, ...shown } as ContainerSpec;
  const unused = judgeBy(RULES[engine] ?? {}, container)
    .filter(({ kind }) => kind === 'unused')
    .map(({ member }) => member);
  const asked = resourcesOf(container).milliVcpus / 1000;
  return [
    ...(unused.length > 0 ? [`the ${engine} engine does not use ${unused.join(', ')}`] : []),
    ...(asked > vcpus ? [`asked ${asked} vCPUs, this host has ${vcpus}: it runs alone on all ${vcpus}`] : []),
  ];
};
