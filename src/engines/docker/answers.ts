import type { IncomingMessage } from 'node:http';

/** The daemon answered and said no: its status and its own words. */
export class DaemonRefusal extends Error {
  override readonly name = 'DaemonRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** No answer: nobody listens, the connection broke, or it took too long. Whether the request was carried out is unknown. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly timedOut: boolean;

  constructor(message: string, timedOut = false) {
    super(message);
    this.timedOut = timedOut;
  }
}

/** The whole body; rejects with NoAnswer when it breaks off. */
export const readAll = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch (error) {
    throw error instanceof NoAnswer
      ? error
      : new NoAnswer(`the answer broke off: ${(error as Error).message}`);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** `{"message": …}`; what is no JSON (a proxy's page) is kept short. */
export const refusalOf = async (response: IncomingMessage): Promise<Error> => {
  const status = response.statusCode ?? 500;
  const text = await readAll(response);
  try {
    return new DaemonRefusal(status, String((JSON.parse(text) as { message: string }).message));
  } catch {
    return new DaemonRefusal(status, text.slice(0, 200).trim() || `status ${status}`);
  }
};

/** The objects of a body that is one JSON object a line. */
export const jsonLines = async function* <T>(response: IncomingMessage): AsyncGenerator<T> {
  let rest = '';
  response.setEncoding('utf8');
  for await (const chunk of response) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop()!;
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as T;
  }
  if (rest.trim() !== '') yield JSON.parse(rest) as T;
};
