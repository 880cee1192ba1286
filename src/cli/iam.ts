import { Readable } from 'node:stream';
import type { Batch, BatchClientConfig } from '@aws-sdk/client-batch';
import { findTarget } from './target.ts';
import { at, type Element, members, readXml, textAt } from './xml.ts';

/* IAM and STS, asked through the SDK's client for Batch: its credentials, its tries, its errors. Nothing secret is an argument. */

export type Service = 'iam' | 'sts';

/** Asks for an action; resolves to what its Result has. Rejects with IAM's own text. */
export type Ask = (action: string, input?: object) => Promise<Element | undefined>;

interface Message {
  path: string;
  body: unknown;
  headers: Record<string, string>;
}

interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Where `longshore access` asks: the server of the data folder, or of the AWS variables. */
export const iamOf = async (data: string | undefined, service: Service = 'iam'): Promise<Ask> => {
  const { Batch } = await import('@aws-sdk/client-batch');
  const target = findTarget(data);
  const client = new Batch({
    endpoint: async () => ({ url: new URL(target.batchUrl()) }),
    region: target.region,
    ...(target.credentials && { credentials: target.credentials }),
    signingName: service,
  } as BatchClientConfig);
  return (action, input = {}) => askQuery(client, service, action, input);
};

const VERSIONS = { iam: '2010-05-08', sts: '2011-06-15' } as const;

const askQuery = async (
  client: Batch,
  service: Service,
  action: string,
  input: object,
): Promise<Element | undefined> => {
  const { ListJobsCommand } = await import('@aws-sdk/client-batch');
  const form = new URLSearchParams([['Action', action], ['Version', VERSIONS[service]], ...formOf(input)]);
  const command = new ListJobsCommand({});
  let answer: Element | undefined;
  command.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as Message;
      request.path = '/';
      request.body = form.toString();
      request.headers['content-type'] = 'application/x-www-form-urlencoded';
      request.headers['content-length'] = String(Buffer.byteLength(form.toString()));
      return next(args);
    },
    { step: 'build', priority: 'low' },
  );
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as Response;
      const chunks = [];
      for await (const chunk of response.body) chunks.push(chunk);
      const read = readXml(Buffer.concat(chunks).toString('utf8'));
      if (response.statusCode >= 300) throw errorOf(read, response);
      answer = at(read, `${action}Response`, `${action}Result`);
      // what ListJobs itself would make of it nobody wants
      (response as { body: unknown }).body = Readable.from(['{}']);
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  await client.send(command);
  return answer;
};

/** As the SDK has those of its services: `name` is the code. */
const errorOf = (read: Element, response: Response): Error =>
  Object.assign(
    new Error(textAt(read, 'ErrorResponse', 'Error', 'Message') ?? `the answer is ${response.statusCode}`),
    {
      name: textAt(read, 'ErrorResponse', 'Error', 'Code') ?? 'Error',
      $fault: 'client',
      $metadata: { httpStatusCode: response.statusCode },
      $response: response,
    },
  );

const formOf = (input: object): [string, string][] =>
  Object.entries(input).flatMap(([name, value]) => (value === undefined ? [] : fields(name, value)));

const fields = (name: string, value: unknown): [string, string][] => {
  if (Array.isArray(value)) return value.flatMap((one, n) => fields(`${name}.member.${n + 1}`, one));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([inner, one]) => fields(`${name}.${inner}`, one));
  return [[name, String(value)]];
};

/** All pages of a list: the entries of the member `list`. */
export const allOf = async (
  ask: Ask,
  action: string,
  list: string,
  input: object = {},
): Promise<Element[]> => {
  const found: Element[] = [];
  let marker: string | undefined;
  do {
    const page = await ask(action, {
      ...input,
      MaxItems: 1000,
      ...(marker !== undefined && { Marker: marker }),
    });
    found.push(...members(page, list));
    marker = textAt(page, 'Marker');
  } while (marker !== undefined);
  return found;
};
