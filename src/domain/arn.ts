/** Whose service this is: what every ARN is made with. */
export interface Account {
  readonly partition: string;
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
}

/** What stands before the id in all ARNs of a kind: made once, as each job that is shown asks for it. */
const prefixOf = (a: Account, kind: string): string => {
  const known = prefixes.get(a)?.get(kind);
  if (known !== undefined) return known;
  const prefix = `arn:${a.partition}:batch:${a.region}:${a.account}:${kind}/`;
  prefixes.set(a, new Map([...(prefixes.get(a) ?? []), [kind, prefix]]));
  return prefix;
};

const prefixes = new WeakMap<Account, ReadonlyMap<string, string>>();

const batch = (a: Account, kind: string, id: string) => prefixOf(a, kind) + id;

const ecs = (a: Account, kind: string, id: string) =>
  `arn:${a.partition}:ecs:${a.region}:${a.account}:${kind}/${id}`;

export const environmentArn = (a: Account, name: string) => batch(a, 'compute-environment', name);
export const queueArn = (a: Account, name: string) => batch(a, 'job-queue', name);
export const definitionArn = (a: Account, name: string, revision: number) =>
  batch(a, 'job-definition', `${name}:${revision}`);
export const policyArn = (a: Account, name: string) => batch(a, 'scheduling-policy', name);
export const consumableArn = (a: Account, name: string) => batch(a, 'consumable-resource', name);
export const serviceEnvironmentArn = (a: Account, name: string) => batch(a, 'service-environment', name);
export const serviceJobArn = (a: Account, jobId: string) => batch(a, 'service-job', jobId);
/** Of a definition without a revision, which is no definition's own. */
export const definitionNameArn = (a: Account, name: string) => batch(a, 'job-definition', name);
export const jobArn = (a: Account, jobId: string) => batch(a, 'job', jobId);

/** `cluster` is `<environment>_Batch_<uuid>`: the environment's ECS cluster (rule E-074). */
export const clusterArn = (a: Account, cluster: string) => ecs(a, 'cluster', cluster);
/** A cluster's name from a name or an ARN; none means `default`, which nobody has here (W-105). */
export const clusterName = (a: Account, given: string | undefined): string => {
  if (given === undefined) return 'default';
  const prefix = clusterArn(a, '');
  return given.startsWith(prefix) ? given.slice(prefix.length) : given;
};
/** Rules J-162 and E-167: the form with the cluster's name and 32 hex digits. */
export const taskArn = (a: Account, cluster: string, taskId: string) =>
  ecs(a, 'task', `${cluster}/${taskId}`);
export const containerInstanceArn = (a: Account, cluster: string, id: string) =>
  ecs(a, 'container-instance', `${cluster}/${id}`);

export const logGroupArn = (a: Account, group: string): string =>
  `arn:${a.partition}:logs:${a.region}:${a.account}:log-group:${group}`;

/** Of an issuer of identities: its URL without the scheme, from its ARN; undefined for another ARN. */
export const issuerPlace = (arn: string): string | undefined =>
  /^arn:[^:]+:iam::\d{12}:oidc-provider\/(.+)$/.exec(arn)?.[1];

/**
 * The id in what names a task or a container instance of a cluster: the id as it stands, or the last part of an ARN
 * of this account, region, kind and cluster; the older form has no cluster. Anything else is nobody's: undefined.
 */
export const ecsIdFrom = (
  a: Account,
  kind: 'task' | 'container-instance',
  cluster: string,
  given: string,
): string | undefined => {
  if (!given.startsWith('arn:')) return given;
  const prefix = ecs(a, kind, '');
  if (!given.startsWith(prefix)) return undefined;
  const parts = given.slice(prefix.length).split('/');
  return parts.length === 1 || parts[0] === cluster ? parts.at(-1) : undefined;
};

/**
 * The name in a member that takes a name or an ARN: the name as it stands, or the last part of an ARN
 * of this account, region and kind. Anything else is nobody's name: undefined. Rules E-007, E-009.
 */
export const nameFrom = (a: Account, kind: string, nameOrArn: string): string | undefined => {
  if (!nameOrArn.startsWith('arn:')) return nameOrArn;
  const prefix = batch(a, kind, '');
  return nameOrArn.startsWith(prefix) ? nameOrArn.slice(prefix.length) : undefined;
};
