import { type Account, clusterName, containerInstanceArn, ecsIdFrom, taskArn } from '../../domain/arn.ts';
import { Refusal } from '../../domain/refusal.ts';
import { environmentOfCluster } from '../../store/ecs.ts';
import type { EnvironmentRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';

export const invalid = (message: string): Refusal => new Refusal('InvalidParameterException', 400, message);

const notFound = (): Refusal => new Refusal('ClusterNotFoundException', 400, 'Cluster not found.');

/** Something that was asked for and is not there. */
export const missing = (arn: string): Failure => ({ arn, reason: 'MISSING' });

export interface Failure {
  readonly arn: string;
  readonly reason: 'MISSING';
}

/** The environment whose cluster that is, deleted or not. */
export const findCluster = async (
  tx: Tx,
  account: Account,
  given: string | undefined,
): Promise<EnvironmentRow | Refusal> => {
  const row = await environmentOfCluster(tx, clusterName(account, given));
  return row ?? notFound();
};

const ARN = { task: taskArn, 'container-instance': containerInstanceArn } as const;

/** The ids of a list of ids and ARNs, each with the ARN it has in this cluster. */
export const idsOf = (
  account: Account,
  kind: 'task' | 'container-instance',
  cluster: string,
  given: readonly string[],
): { readonly id: string | undefined; readonly arn: string }[] =>
  [...new Set(given)].map((text) => ({
    id: ecsIdFrom(account, kind, cluster, text),
    arn: text.startsWith('arn:') ? text : ARN[kind](account, cluster, text),
  }));

/** Between 1 and 100 of them, as each Describe of ECS takes. */
export const checkList = (what: string, list: readonly string[]): Refusal | undefined => {
  if (list.length === 0) return invalid(`${what} can not be empty.`);
  if (list.some((entry) => entry.trim() === '')) return invalid(`${what} can not be blank.`);
  return list.length > 100
    ? invalid(`${what} cannot have more than 100 elements, got ${list.length}.`)
    : undefined;
};
