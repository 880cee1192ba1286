import { roleArn } from '../../domain/roles.ts';
import { listAt, memberAt, textAt } from './members.ts';
import { type Asking, asks, type Question } from './question.ts';

/** iam:PassRole for each role that is given to a service (rules ); none for those that are absent or empty. */
export const passesRoles = (
  { account, found }: Asking,
  roles: readonly (readonly [role: string | undefined, service: string])[],
): Question[] =>
  roles.flatMap(([role, service]) => {
    if (role === undefined) return [];
    const arn = roleArn(account, role);
    return found.roles?.some(([has, to]) => has === arn && to === service)
      ? []
      : [asks('iam:PassRole', [arn], { 'iam:PassedToService': service })];
  });

const TASKS = 'ecs-tasks.amazonaws.com';

/**
 * The roles of an environment, in CreateComputeEnvironment and UpdateComputeEnvironment. Its `instanceRole` is an instance profile:
 * of one that is here the role in it is passed.
 */
export const environmentRoles = (asking: Asking): Question[] => {
  const resources = memberAt(asking.input, 'computeResources');
  const provider = memberAt(resources, 'managedInstancesProvider');
  const instanceRole = textAt(resources, 'instanceRole');
  return passesRoles(asking, [
    [textAt(asking.input, 'serviceRole'), 'batch.amazonaws.com'],
    [instanceRole && (asking.found.role ?? instanceRole), 'ec2.amazonaws.com'],
    [textAt(resources, 'spotIamFleetRole'), 'spotfleet.amazonaws.com'],
    [textAt(provider, 'infrastructureRoleArn'), 'ecs.amazonaws.com'],
  ]);
};

/** The roles of a definition's containers, each once. */
export const taskRoles = (asking: Asking, registered: unknown): Question[] => {
  const roles = partsOf(registered).flatMap((part) => {
    const tasks = listAt(memberAt(part, 'ecsProperties'), 'taskProperties');
    return [
      ...singlesOf(part).flatMap((container) => [
        textAt(container, 'jobRoleArn'),
        textAt(container, 'executionRoleArn'),
      ]),
      ...tasks.flatMap((task) => [textAt(task, 'taskRoleArn'), textAt(task, 'executionRoleArn')]),
    ];
  });
  return passesRoles(
    asking,
    [...new Set(roles)].map((role) => [role, TASKS] as const),
  );
};

/** A definition itself, and each range of nodes. */
export const partsOf = (registered: unknown): readonly unknown[] => [
  registered,
  ...listAt(memberAt(registered, 'nodeProperties'), 'nodeRangeProperties'),
];

/** Its container: a definition has it under one name, a range under another. A member that the operation ignores is asked about, too. */
export const singlesOf = (part: unknown): readonly unknown[] =>
  ['containerProperties', 'container']
    .map((name) => memberAt(part, name))
    .filter((container) => container !== undefined && container !== null);
