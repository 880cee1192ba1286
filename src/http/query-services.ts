import { isRefusal, Refusal } from '../domain/refusal.ts';
import type { ShownInstance } from '../operations/ec2/describe-instances.ts';
import type { Caller, Handlers } from './handlers.ts';
import { answerXml } from './query-xml.ts';

/* The services of the query protocol, form in and XML out: as much of them as Batch's clients ask. */

export interface QueryRequest {
  readonly action: string;
  /** The members of the query and of the form. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly caller: Caller;
  readonly account: string;
  readonly requestId: string;
}

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

/** IAM: users, roles and what they may do; STS: their sessions. Rule A-027. */
export const identity = async (
  service: 'iam' | 'sts',
  handlers: Handlers,
  request: QueryRequest & { readonly input: unknown },
): Promise<string | Refusal> => {
  const { action, input, caller, requestId } = request;
  const handler = Object.hasOwn(handlers, action) ? handlers[action] : undefined;
  if (!handler) return service === 'sts' ? notHere(service, action) : notOfIam(action);
  const answer = await handler(input as never, caller);
  return isRefusal(answer) ? answer : answerXml(service, action, answer, requestId);
};

const notOfIam = (action: string): Refusal =>
  new Refusal(
    'InvalidAction',
    400,
    `Could not find operation ${action} for version 2010-05-08: Longshore has users, groups, roles, access keys, policies, instance profiles and OIDC providers.`,
  );

const CODES = { pending: 0, running: 16, terminated: 48 } as const;

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
