import { type Answered, ask, type Signing } from './signed.ts';

/** A server, and the key that may do everything. */
export interface Target {
  readonly url: string;
  readonly rootKey: Signing;
}

/** What a form of the query protocol says of a value: lists are numbered, structures have their members. */
const members = (name: string, value: unknown): [string, string][] => {
  if (Array.isArray(value)) return value.flatMap((one, n) => members(`${name}.member.${n + 1}`, one));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([inner, one]) => members(`${name}.${inner}`, one));
  return [[name, String(value)]];
};

/** A request of the query protocol, `POST /`, signed for its service. */
export const query = (
  server: Target,
  signing: Signing,
  service: 'iam' | 'sts' | 'ec2',
  action: string,
  input: object = {},
): Promise<Answered> => {
  const form = new URLSearchParams([
    ['Action', action],
    ['Version', '2010-05-08'],
    ...Object.entries(input).flatMap(([name, value]) => members(name, value)),
  ]);
  return ask(
    server.url,
    { ...signing, service },
    { path: '/', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form.toString() },
  );
};

/** The text of the first element of that name. */
export const element = (text: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];

/** Asks IAM as root; throws what is refused. */
export const asRoot = async (server: Target, action: string, input: object = {}): Promise<string> => {
  const { status, text } = await query(server, server.rootKey, 'iam', action, input);
  if (status !== 200) throw new Error(text);
  return text;
};

/** Makes a user with a key; resolves to it. */
export const makeUser = async (server: Target, name: string, more: object = {}): Promise<Signing> => {
  await asRoot(server, 'CreateUser', { UserName: name, ...more });
  const text = await asRoot(server, 'CreateAccessKey', { UserName: name });
  return {
    accessKeyId: element(text, 'AccessKeyId')!,
    secretAccessKey: element(text, 'SecretAccessKey')!,
  };
};

/** Gives a user one policy of its own in place of that of that name. */
export const allow = async (
  server: Target,
  user: string,
  statements: readonly object[],
  name = 'p',
): Promise<void> => {
  const document = {
    Version: '2012-10-17',
    Statement: statements.map((one) => ({ Effect: 'Allow', Resource: '*', ...one })),
  };
  await asRoot(server, 'PutUserPolicy', {
    UserName: user,
    PolicyName: name,
    PolicyDocument: JSON.stringify(document),
  });
};

/** A trust policy of one statement. */
export const trustDocument = (Principal: unknown, more: object = {}): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more }],
  });

/** Makes a role with one policy of its own; resolves to its ARN. */
export const makeRole = async (
  server: Target,
  name: string,
  trust: string,
  statements: readonly object[] = [],
  more: object = {},
): Promise<string> => {
  const text = await asRoot(server, 'CreateRole', {
    RoleName: name,
    AssumeRolePolicyDocument: trust,
    ...more,
  });
  if (statements.length > 0)
    await asRoot(server, 'PutRolePolicy', {
      RoleName: name,
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: statements.map((one) => ({ Effect: 'Allow', Resource: '*', ...one })),
      }),
    });
  return element(text, 'Arn')!;
};

/** The keys in an answer of STS. */
export const keysIn = (text: string): Signing => ({
  accessKeyId: element(text, 'AccessKeyId')!,
  secretAccessKey: element(text, 'SecretAccessKey')!,
  sessionToken: element(text, 'SessionToken')!,
});

/** A session of a role; throws what is refused. */
export const assume = async (
  server: Target,
  signing: Signing,
  RoleArn: string,
  more: object = {},
): Promise<Signing> => {
  const { status, text } = await query(server, signing, 'sts', 'AssumeRole', {
    RoleArn,
    RoleSessionName: 'here',
    ...more,
  });
  if (status !== 200) throw new Error(text);
  return keysIn(text);
};

/** An environment that is DISABLED and a queue `q` over it, so that the jobs of a test wait. `ask`: as somebody who may. */
export const makeWaitingQueue = async (ask: (operation: string, input: object) => Promise<unknown>) => {
  await ask('createcomputeenvironment', {
    computeEnvironmentName: 'e',
    type: 'UNMANAGED',
    serviceRole: 'arn:aws:iam::012345678910:role/batch',
    unmanagedvCpus: 1,
    state: 'DISABLED',
  });
  await ask('createjobqueue', {
    jobQueueName: 'q',
    priority: 1,
    computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'e' }],
  });
};
