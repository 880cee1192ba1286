import type { IncomingMessage } from 'node:http';
import { ApiRefusal, NoAnswer } from './client/answers.ts';
import type { KubeClient } from './client/client.ts';
import type { Collection } from './client/pages.ts';
import { ANNOTATION, CONTAINER, FINALIZER, LABEL } from './names.ts';
import type { Pod, PodEvent } from './objects.ts';
import { podEventOf, podOf } from './parse.ts';
import { STOPPED_UNBEGUN } from './stage.ts';

/** A log that is read, and not followed, says something at least so often. */
const READ_MILLISECONDS = 60_000;

/** A pod as it was seen: a delete of any other does nothing. */
export interface Seen {
  readonly uid: string;
  readonly resourceVersion?: string;
}

/** How much of a log. */
export interface LogAsked {
  /** RFC 3339. */
  readonly sinceTime: string | undefined;
  readonly follow: boolean;
  /** Whose; undefined: our own container's. */
  readonly container?: string;
  /** Calls it off, whether it has been answered or not. */
  readonly signal: AbortSignal;
}

/** The calls that are made of pods, in one namespace and of one data folder. Each asks once. */
export class PodsApi {
  readonly client: KubeClient;
  /** What is followed: our pods alone (K-003). */
  readonly collection: Collection<Pod>;
  private readonly path: string;

  constructor(client: KubeClient, namespace: string, dataId: string) {
    this.client = client;
    this.path = `/api/v1/namespaces/${namespace}`;
    this.collection = {
      path: `${this.path}/pods`,
      selectors: { labelSelector: `${LABEL.data}=${dataId}` },
      read: podOf,
    };
  }

  async create(body: unknown): Promise<Pod> {
    return readPod(await this.client.call('POST', `${this.path}/pods`, { body }));
  }

  /** Undefined where there is none. */
  async get(name: string): Promise<Pod | undefined> {
    let found: Pod | undefined;
    const read = (answer: unknown) => (found = readPod(answer));
    return (await isThere(this.client.call('GET', this.pathOf(name)).then(read))) ? found : undefined;
  }

  /** False where there is none any more. Rejects with 409 where it is another, or has changed since. */
  async delete(
    name: string,
    preconditions: Seen,
    gracePeriodSeconds: number,
    isLast = false,
  ): Promise<boolean> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds, preconditions };
    return isThere(this.client.call('DELETE', this.pathOf(name), { body, isLast, isUnread: true }));
  }

  /**
   * Takes off our finalizer and no other's (K-011, K-012), and with it the record of who changed which field: to bring that up to date costs
   * the API server a third of the call, and the pod goes. False where there is no such pod any more.
   */
  release(name: string, uid: string, isLast = false): Promise<boolean> {
    const off = { '$deleteFromPrimitiveList/finalizers': [FINALIZER], managedFields: [{}] };
    return this.patch(name, { uid, ...off }, isLast);
  }

  /** Tells later servers that it was stopped by us (K-166). */
  markStopped(name: string, uid: string): Promise<boolean> {
    return this.patch(name, { uid, annotations: { [ANNOTATION.stopped]: STOPPED_UNBEGUN } });
  }

  /** After all else: of thousands that wait each is asked about every minute (K-062). */
  async events(uid: string): Promise<readonly PodEvent[]> {
    const query = { fieldSelector: `involvedObject.uid=${uid}`, limit: 100 };
    const { items = [] } = (await this.client.call('GET', `${this.path}/events`, {
      query,
      isLast: true,
    })) as {
      readonly items?: readonly unknown[];
    };
    return items.map(podEventOf);
  }

  /** What a pod printed, each line with its time; goes on and on where it is followed. */
  log(
    name: string,
    { sinceTime, follow, signal, container = CONTAINER }: LogAsked,
  ): Promise<IncomingMessage> {
    const query = { container, timestamps: true, sinceTime, ...(follow && { follow }) };
    const silence = follow ? {} : { silenceMilliseconds: READ_MILLISECONDS };
    return this.client.stream(`${this.pathOf(name)}/log`, { query, signal, ...silence });
  }

  createSecret(body: unknown): Promise<unknown> {
    return this.client.call('POST', `${this.path}/secrets`, { body });
  }

  async patchSecret(name: string, body: object): Promise<void> {
    const call = { body, contentType: 'application/merge-patch+json', isLast: true, isUnread: true };
    await isThere(this.client.call('PATCH', `${this.path}/secrets/${name}`, call));
  }

  async deleteSecret(name: string): Promise<void> {
    const call = { isLast: true, isUnread: true };
    await isThere(this.client.call('DELETE', `${this.path}/secrets/${name}`, call));
  }

  pathOf(name: string): string {
    return `${this.path}/pods/${name}`;
  }

  private patch(name: string, metadata: unknown, isLast = false): Promise<boolean> {
    const contentType = 'application/strategic-merge-patch+json';
    const call = { body: { metadata }, contentType, isLast, isUnread: true };
    return isThere(this.client.call('PATCH', this.pathOf(name), call));
  }
}

/** False where the answer is that there is none. */
const isThere = async (asked: Promise<unknown>): Promise<boolean> => {
  try {
    await asked;
    return true;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return false;
    throw error;
  }
};

const readPod = (value: unknown): Pod => {
  const pod = podOf(value);
  if (!pod) throw new NoAnswer('the answer is a pod that has no name or no uid');
  return pod;
};
