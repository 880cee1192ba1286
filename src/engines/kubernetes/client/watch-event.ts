import { objectsIn } from './objects-in.ts';

/** A line of a watch. Versions are compared for equality only (K-082). */
export type WatchEvent =
  | { readonly kind: 'there' | 'gone'; readonly object: unknown; readonly version: string }
  | { readonly kind: 'bookmark'; readonly version: string }
  /** `code` 410: what lies between is forgotten. */
  | { readonly kind: 'error'; readonly code: number; readonly message: string };

interface Line {
  readonly type?: unknown;
  readonly object?: {
    readonly metadata?: { readonly resourceVersion?: unknown };
    readonly code?: unknown;
    readonly message?: unknown;
  };
}

/** Undefined of what is none that is known: a later server may send others. Throws for what is no JSON. */
export const watchEventOf = (text: string): WatchEvent | undefined => {
  const { type, object } = objectsIn(text) as Line;
  const version = String(object?.metadata?.resourceVersion ?? '');
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { kind: 'there', object, version };
    case 'DELETED':
      return { kind: 'gone', object, version };
    case 'BOOKMARK':
      return { kind: 'bookmark', version };
    case 'ERROR':
      return { kind: 'error', code: Number(object?.code ?? 0), message: String(object?.message ?? '') };
    default:
      return undefined;
  }
};
