import { ApiRefusal } from './answers.ts';
import type { KubeClient } from './client.ts';

/** Objects an answer: ten thousand at once would hold up everything else while they are read. */
const PAGE = 500;
const PAGE_MILLISECONDS = 60_000;
/** How often a list begins anew whose place was forgotten by the server. */
const TRIES = 3;

/** What is listed, and from where a watch goes on. */
export interface Listed<T> {
  readonly items: readonly T[];
  readonly version: string;
}

export interface Collection<T> {
  /** `/api/v1/namespaces/NAME/pods`. */
  readonly path: string;
  readonly selectors: Readonly<Record<string, string>>;
  /** Undefined of what is none. */
  readonly read: (value: unknown) => T | undefined;
}

/** All of a collection, read page by page into the few fields that are kept. Rejects with ApiRefusal or NoAnswer. */
export const listAll = async <T>(client: KubeClient, collection: Collection<T>): Promise<Listed<T>> => {
  for (let tries = 1; ; tries++) {
    try {
      return await listOnce(client, collection);
    } catch (error) {
      // rule K-088: between two pages the server may forget where the first one stood
      if (!(error instanceof ApiRefusal && error.status === 410) || tries === TRIES) throw error;
    }
  }
};

interface Page {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly unknown[];
}

const listOnce = async <T>(
  client: KubeClient,
  { path, selectors, read }: Collection<T>,
): Promise<Listed<T>> => {
  const items: T[] = [];
  const ask = async (from: string | undefined): Promise<Page> => {
    const query = { ...selectors, limit: PAGE, continue: from };
    return (await client.call('GET', path, { query, timeoutMilliseconds: PAGE_MILLISECONDS })) as Page;
  };
  for (let page = await ask(undefined); ; ) {
    const { resourceVersion = '', continue: next } = page.metadata ?? {};
    // the server makes the next one while this one is read
    const following = next ? ask(next) : undefined;
    following?.catch(() => {});
    for (const item of page.items ?? []) {
      const one = read(item);
      if (one !== undefined) items.push(one);
    }
    if (following === undefined) return { items, version: resourceVersion };
    page = await following;
  }
};
