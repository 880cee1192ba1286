import { readdirSync, readFileSync } from 'node:fs';

/* What a real Kubernetes 1.34 showed: test/fixtures/kubernetes. */

const FOLDER = new URL('../fixtures/kubernetes/', import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));

/** A pod as the API showed it, with the report that it must give. */
export interface Recorded {
  readonly about: string;
  readonly expect: {
    readonly kind: string;
    readonly exitCode?: number;
    /** One that ends with … is a beginning. */
    readonly reason?: string;
    readonly then?: string;
    readonly note?: string;
  };
  readonly pod: { readonly metadata: Record<string, unknown>; readonly [part: string]: unknown };
  readonly events: readonly Record<string, unknown>[];
}

export const recorded = (name: string): Recorded => read(name) as Recorded;

/** Names of all recorded pods. */
export const RECORDED: readonly string[] = readdirSync(FOLDER)
  .map((file) => file.replace(/\.json$/, ''))
  .filter((name) => !['answers', 'node-lost-node', 'node-lost-trace'].includes(name));

/** A node whose kubelet is silent. Its uid was not recorded. */
export const recordedNode = (): {
  readonly metadata: Record<string, unknown>;
  readonly [part: string]: unknown;
} => {
  const { node } = read('node-lost-node') as { node: { metadata: object } };
  return { ...node, metadata: { ...node.metadata, uid: 'node1' } };
};

export const recordedAnswers = (): readonly { about: string; status: number; body: unknown }[] =>
  read('answers') as { about: string; status: number; body: unknown }[];
