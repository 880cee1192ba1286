import type { IncomingMessage } from 'node:http';
import type { Status } from '../objects.ts';
import { statusOf } from '../parse.ts';

/** The API server said no. `message` is its own. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  /** The answer's own, unless it came within a watch. */
  readonly status: number;
  readonly said: Status;
  /** What its `Retry-After` asks. */
  readonly retryAfterSeconds: number | undefined;

  constructor(said: Status, retryAfterSeconds = said.retryAfterSeconds) {
    super(said.message);
    this.status = said.code;
    this.said = said;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The API server did not answer, or nobody is there: what was asked may be done or not. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Characters of an answer that is no Status: the page of a proxy. */
export const LONGEST = 1000;

/** Rejects with NoAnswer when it breaks off. */
export const readAll = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  await ended(response, (chunk) => chunks.push(chunk));
  return (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString('utf8');
};

/** Resolves to nothing at the end of an answer that nobody reads. */
export const passOver = async (response: IncomingMessage): Promise<''> => {
  await ended(response, () => {});
  const type = response.headers['content-type'] ?? 'no type';
  if (!type.startsWith('application/json')) throw new NoAnswer(`the answer is no JSON: ${type}`);
  return '';
};

/** By its events: an iterator costs as much again as all else that is done with a short answer. */
const ended = (response: IncomingMessage, take: (chunk: Buffer) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    response.on('data', take);
    response.on('end', resolve);
    response.on('error', ({ message }) => reject(new NoAnswer(`the answer broke off: ${message}`)));
    response.on('close', () => response.readableEnded || reject(new NoAnswer('the answer broke off')));
  });

export const refusalOf = async (response: IncomingMessage): Promise<ApiRefusal> => {
  const code = response.statusCode ?? 500;
  const text = await readAll(response);
  const asked = /^\d+$/.exec(response.headers['retry-after'] ?? '')?.[0];
  return new ApiRefusal({ ...saidIn(text, code), code }, asked === undefined ? undefined : Number(asked));
};

const saidIn = (text: string, code: number): Status => {
  try {
    return statusOf(JSON.parse(text), code);
  } catch {
    return { code, message: text.trim().slice(0, LONGEST) || `status ${code}`, causes: [] };
  }
};
