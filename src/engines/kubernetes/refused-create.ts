import type { Status } from './objects.ts';

/** What a create that was refused comes to. */
export type Refused =
  /** It may be made later: `why` is for people. */
  | { readonly kind: 'wait'; readonly why: string }
  /** It never will. */
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Rules K-121, K-150: a quota may have room later, a right be given back, a namespace be made; what the object asks is never
 * allowed. Pure.
 */
export const refusedAs = ({ code, reason, message, causes }: Status): Refused => {
  if (code === 401) return { kind: 'wait', why: `waits for the Kubernetes API: ${message}` };
  if (code === 403 && causes.length === 0) {
    if (/exceeded quota: /.test(message)) return { kind: 'wait', why: `waits for a quota: ${message}` };
    if (/ cannot create resource /.test(message))
      return { kind: 'wait', why: `waits for a right: ${message}` };
  }
  // there is no pod yet that could be missed
  if (code === 404 && reason === 'NotFound' && message.startsWith('namespaces '))
    return { kind: 'wait', why: `waits for its namespace: ${message}` };
  return { kind: 'failed', reason: `CannotCreateContainerError: ${message}` };
};
