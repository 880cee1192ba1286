import { EXTENSIONS } from '../api/extensions.ts';
import type { OperationModel } from '../api/model.ts';
import { BATCH } from '../api/shapes.gen.ts';
import { Refusal } from '../domain/refusal.ts';
import { ec2Xml, json11, type Protocol, queryXml, restJson, s3Xml } from './protocol.ts';
import { isTagsPath } from './tags-path.ts';

/** What a request is about, told from its method, path, query and headers alone. */
export type Route =
  | {
      readonly kind: 'operation';
      /** The name that signatures are scoped to. */
      readonly service: 'batch' | 'longshore' | 'logs' | 'ecs' | 'sts' | 'ec2' | 'iam';
      readonly operation: string;
      readonly protocol: Protocol;
    }
  /** Asked without a signature: whether it answers, or whether it is ready. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly protocol: Protocol };

/** Operations of Longshore's own are asked, and signed, as Batch's. */
const own = new Map(
  Object.entries(EXTENSIONS.operations).map(([name, { method, path }]) => [`${method} ${path}`, name]),
);

const byPath = new Map(
  Object.entries(BATCH.operations).map(([name, { method, path }]: [string, OperationModel]) => [
    `${method} ${path}`,
    name,
  ]),
);

const TARGETS: ReadonlyMap<string, 'logs' | 'ecs'> = new Map([
  ['Logs_20140328', 'logs'],
  ['AmazonEC2ContainerServiceV20141113', 'ecs'],
]);

const PROBES: ReadonlyMap<string, 'alive' | 'ready'> = new Map([
  ['/health', 'alive'],
  ['/healthz', 'alive'],
  ['/readyz', 'ready'],
]);

/** Services that are told by their scope and want their errors in XML. */
const STRANGERS: ReadonlyMap<string, Protocol> = new Map([
  ['s3', s3Xml],
  ['s3-outposts', s3Xml],
  ['s3express', s3Xml],
  ['route53', queryXml],
  ['cloudfront', queryXml],
]);

const refused = (protocol: Protocol, type: string, status: number, message: string): Route => ({
  kind: 'refused',
  protocol,
  refusal: new Refusal(type, status, message),
});

/**
 * Rules W-001 to W-004, W-026. `actionOf` finds the query protocol's `Action`, in the query or the form; `scopeOf` the
 * service that the credential names, for telling a stranger's service by name. Neither is asked for Batch's own paths.
 */
export const routeOf = (
  method: string,
  path: string,
  target: string | undefined,
  actionOf: () => string | undefined,
  scopeOf: () => string | undefined,
): Route => {
  if (path === '/' && target !== undefined) return byTarget(target);
  const name = byPath.get(`${method} ${path}`) ?? tagOperation(method, path);
  if (name !== undefined) return { kind: 'operation', service: 'batch', operation: name, protocol: restJson };
  const extension = own.get(`${method} ${path}`);
  if (extension !== undefined)
    return { kind: 'operation', service: 'longshore', operation: extension, protocol: restJson };
  const probe = method === 'GET' ? PROBES.get(path) : undefined;
  if (probe !== undefined) return { kind: probe };
  const scope = scopeOf();
  const action = path === '/' ? actionOf() : undefined;
  if (action !== undefined) return byAction(action, scope);
  if (scope !== undefined && !['batch', 'logs', 'ecs', 'sts', 'ec2', 'iam'].includes(scope)) {
    return refused(STRANGERS.get(scope) ?? restJson, 'UnknownOperationException', 404, notHere(scope));
  }
  return refused(restJson, 'MissingAuthenticationTokenException', 403, 'Missing Authentication Token');
};

const tagOperation = (method: string, path: string): string | undefined =>
  isTagsPath(path) ? byPath.get(`${method} /v1/tags/{resourceArn}`) : undefined;

const byTarget = (target: string): Route => {
  const [prefix = '', operation = ''] = target.split('.');
  const service = TARGETS.get(prefix);
  if (!service) return refused(json11, 'UnknownOperationException', 400, notHere(prefix));
  return { kind: 'operation', service, operation, protocol: json11 };
};

const byAction = (action: string, scope: string | undefined): Route => {
  if (scope === undefined || scope === 'sts' || action === 'AssumeRoleWithWebIdentity') {
    return { kind: 'operation', service: 'sts', operation: action, protocol: queryXml };
  }
  if (scope === 'iam') return { kind: 'operation', service: 'iam', operation: action, protocol: queryXml };
  if (scope === 'ec2') return { kind: 'operation', service: 'ec2', operation: action, protocol: ec2Xml };
  return refused(queryXml, 'InvalidAction', 400, notHere(scope));
};

const notHere = (service: string): string =>
  `The service '${service}' is not here: Longshore speaks Batch, and what Batch's clients ask of Logs, ECS, EC2, STS and IAM.`;
