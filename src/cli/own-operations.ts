import { Readable } from 'node:stream';
import type { Batch } from '@aws-sdk/client-batch';
import { batchClient, findTarget } from './target.ts';

/* The operations of Longshore's own (`/longshore/v1/…`), asked through the SDK's client: its signature, its tries, its errors. */

/** A job as searchjobs shows it: a summary of ListJobs and more. Times in milliseconds. */
export interface FoundJob {
  readonly jobId: string;
  readonly jobName: string;
  readonly queue: string;
  /** An ARN. */
  readonly jobDefinition: string;
  readonly status: string;
  readonly statusReason?: string;
  readonly createdAt: number;
  readonly attempt: number;
  readonly attempts: number;
  readonly waited: number;
  readonly ran?: number;
  readonly container?: { readonly exitCode?: number; readonly reason?: string };
  readonly arrayProperties?: { readonly size?: number; readonly index?: number };
  readonly children?: Readonly<Record<'waiting' | 'starting' | 'running' | 'succeeded' | 'failed', number>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly submittedBy?: JobOwner;
}

/** Who submitted a job. */
export interface JobOwner {
  readonly arn: string;
  readonly userId: string;
}

export interface Found {
  readonly jobs: readonly FoundJob[];
  readonly nextToken?: string;
  readonly lookedTo?: number;
}

export interface ArrayGroup {
  readonly state: string;
  readonly exitCode?: number;
  readonly reason?: string;
  readonly statusReason?: string;
  readonly count: number;
  readonly indices: string;
  readonly medianRan?: number;
  readonly example?: { readonly index: number; readonly lastLine?: string };
}

interface Resources {
  readonly milliVcpus: number;
  readonly memoryMiB: number;
  readonly gpus: number;
}

export interface Overview {
  readonly server: {
    readonly version: string;
    readonly engine: string;
    readonly region: string;
    readonly started: number;
    readonly at: number;
  };
  readonly lastHourFrom: number;
  readonly queues: readonly {
    readonly name: string;
    readonly state: string;
    readonly status: string;
    readonly priority: number;
    readonly counts: Readonly<Record<string, number>>;
    readonly lastHour: {
      readonly started: number;
      readonly failed: number;
      readonly waitP50?: number;
      readonly waitP95?: number;
    };
    readonly head?: { readonly jobId: string; readonly createdAt: number; readonly sentence: string };
  }[];
  readonly environments: readonly {
    readonly name: string;
    readonly type: string;
    readonly state: string;
    readonly status: string;
    readonly maxvCpus?: number;
    readonly held: Resources;
    readonly instances: number;
    readonly running: number;
  }[];
  readonly pool: {
    readonly total: Resources;
    readonly free: Resources;
    readonly spotPrice?: number;
    /** Where there are several. */
    readonly hosts?: readonly {
      readonly name: string;
      readonly open: boolean;
      readonly why?: string;
      readonly total: Resources;
      readonly free: Resources;
    }[];
  };
  readonly failures: readonly {
    readonly queue: string;
    readonly count: number;
    readonly exitCode?: number;
    readonly reason?: string;
    readonly statusReason?: string;
  }[];
  readonly attention: readonly {
    readonly severity: string;
    readonly sentence: string;
    readonly link: string;
  }[];
}

interface Message {
  path: string;
  body: unknown;
  headers: Record<string, string>;
}

/** Asks `name`; rejects as the SDK does. Answers have the shapes of the compatibility page's “Extensions”. */
export const askOwn = async <Answer>(batch: Batch, name: string, input: object): Promise<Answer> => {
  const { ListJobsCommand } = await import('@aws-sdk/client-batch');
  const command = new ListJobsCommand({});
  let answer: unknown;
  command.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as Message;
      request.path = `/longshore/v1/${name}`;
      request.body = JSON.stringify(input);
      request.headers['content-length'] = String(Buffer.byteLength(request.body as string));
      return next(args);
    },
    { step: 'build', priority: 'low' },
  );
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { statusCode: number; body: AsyncIterable<Uint8Array> };
      if (response.statusCode >= 300) return result;
      const chunks = [];
      for await (const chunk of response.body) chunks.push(chunk);
      answer = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      // what ListJobs itself would make of it nobody wants
      (response as { body: unknown }).body = Readable.from(['{}']);
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  await batch.send(command);
  return answer as Answer;
};

/** Asks an operation of our own by its name. */
export type Own = <Answer>(name: string, input: object) => Promise<Answer>;

/** Of the server of the data folder, or of the AWS variables. */
export const ownOf = async (data: string | undefined): Promise<Own> => {
  const batch = await batchClient(findTarget(data));
  return (name, input) => askOwn(batch, name, input);
};

export const searchJobs = (batch: Batch, filter: object): Promise<Found> =>
  askOwn(batch, 'searchjobs', filter);

/** Page after page, until there are no more or `limit` are found. */
export const searchAll = async (batch: Batch, filter: object, limit: number): Promise<FoundJob[]> => {
  const found: FoundJob[] = [];
  let nextToken: string | undefined;
  do {
    const page = await searchJobs(batch, {
      ...filter,
      limit: Math.min(200, limit - found.length),
      ...(nextToken !== undefined && { nextToken }),
    });
    found.push(...page.jobs);
    nextToken = page.nextToken;
  } while (nextToken !== undefined && found.length < limit);
  return found;
};

/** `ann`, `root`, or `ROLE/SESSION`. */
export const ownerName = ({ arn }: Pick<JobOwner, 'arn'>): string =>
  arn.replace(/^[^/]*:(?:user\/(?:.*\/)?|assumed-role\/)?/, '');
