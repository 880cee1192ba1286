import { isRefusal, Refusal } from '../domain/refusal.ts';
import type { ShownInstance } from '../operations/ec2/describe-instances.ts';
import type { Caller, Handlers } from './handlers.ts';
import { xml } from './protocol.ts';
import { iamXml } from './query-xml.ts';

/* The services of the query protocol, form in and XML out: as much of them as Batch's clients ask. */

export interface QueryRequest {
  readonly action: string;
  /** The members of the query and of the form. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly caller: Caller;
  readonly account: string;
  readonly requestId: string;
}

/** STS: who one is (W-112). */
export const sts = ({ action, caller, account, requestId }: QueryRequest): string | Refusal => {
  if (action !== 'GetCallerIdentity') return notHere('sts', action);
  return (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
    `<Arn>${xml(caller.arn)}</Arn><UserId>${caller.userId ?? account}</UserId><Account>${account}</Account></GetCallerIdentityResult>` +
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`
  );
};

/** EC2: what an instance is (W-111). */
export const ec2 = async (handlers: Handlers, request: QueryRequest): Promise<string | Refusal> => {
  const { action, parameters, caller, account, requestId } = request;
  const handler = action === 'DescribeInstances' ? handlers.DescribeInstances : undefined;
  if (!handler) return notHere('ec2', action);
  const names = [...parameters.keys()];
  if (names.some((name) => name.startsWith('Filter.'))) {
    return new Refusal(
      'InvalidParameterValue',
      400,
      'Filter is not supported by Longshore: name the instances.',
    );
  }
  const instanceIds = names
    .filter((name) => name.startsWith('InstanceId.'))
    .map((name) => parameters.get(name)!);
  const answer = await handler({ instanceIds } as never, caller);
  if (isRefusal(answer)) return answer;
  const items = (answer as readonly ShownInstance[])
    .map((instance) => reservation(account, instance))
    .join('');
  return (
    '<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">' +
    `<requestId>${requestId}</requestId><reservationSet>${items}</reservationSet></DescribeInstancesResponse>`
  );
};

/** IAM: users, roles and what they may do. Rule A-027. */
export const iam = async (
  handlers: Handlers,
  request: QueryRequest & { readonly input: unknown },
): Promise<string | Refusal> => {
  const { action, input, caller, requestId } = request;
  const handler = Object.hasOwn(handlers, action) ? handlers[action] : undefined;
  if (!handler)
    return new Refusal(
      'InvalidAction',
      400,
      `Could not find operation ${action} for version 2010-05-08: Longshore has users, groups, roles, access keys, policies, instance profiles and OIDC providers.`,
    );
  const answer = await handler(input as never, caller);
  return isRefusal(answer) ? answer : iamXml(action, answer, requestId);
};

const CODES = { running: 16, terminated: 48 } as const;

const reservation = (account: string, i: ShownInstance): string =>
  `<item><reservationId>r-${i.instanceId.slice(2)}</reservationId><ownerId>${account}</ownerId><groupSet/><instancesSet>` +
  `<item><instanceId>${i.instanceId}</instanceId><instanceState><code>${CODES[i.state]}</code><name>${i.state}</name>` +
  `</instanceState><instanceType>${i.instanceType}</instanceType>${address(i)}${lifecycle(i)}<architecture>${i.architecture}</architecture>` +
  `<launchTime>${new Date(i.launchedAt).toISOString()}</launchTime><placement><availabilityZone>${i.availabilityZone}` +
  '</availabilityZone><tenancy>default</tenancy></placement></item></instancesSet></item>';

/** Instances are parts of this machine; a terminated one has no address any more. */
const ADDRESS =
  '<privateDnsName>ip-127-0-0-1.ec2.internal</privateDnsName><privateIpAddress>127.0.0.1</privateIpAddress>';

const address = ({ state }: ShownInstance): string => (state === 'running' ? ADDRESS : '');

const lifecycle = ({ instanceLifecycle }: ShownInstance): string =>
  instanceLifecycle ? `<instanceLifecycle>${instanceLifecycle}</instanceLifecycle>` : '';

const notHere = (service: string, action: string): Refusal =>
  new Refusal('InvalidAction', 400, `Longshore does not have the action ${action} of ${service}.`);
