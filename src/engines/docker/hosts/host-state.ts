/** How a daemon that is one of several stands with this server. `since`: milliseconds of the steady clock. */
export type HostState =
  /** It was not heard since the server started: what it runs is known from the store alone. */
  | { readonly kind: 'unheard'; readonly since: number; readonly why: string; readonly isOverdue: boolean }
  /** Its containers are followed. */
  | { readonly kind: 'heard' }
  /** They were followed, and it is tried in vain since. */
  | { readonly kind: 'silent'; readonly since: number; readonly why: string; readonly isOverdue: boolean }
  /** That took too long: what it had is told lost. */
  | { readonly kind: 'lost'; readonly why: string };

export type HostEvent =
  | { readonly kind: 'heard' }
  /** It was tried in vain. */
  | { readonly kind: 'unheard'; readonly at: number; readonly why: string };

/**
 * Rules K-067, K-068, K-070: a host that answers in time goes on as if nothing had been; one that does not within `limit`
 * milliseconds is lost, for ever undefined never. It is tried once more after that: a server that was stopped itself for a
 * while has not tried it. Pure.
 */
export const nextState = (state: HostState, event: HostEvent, limit: number | undefined): HostState => {
  if (event.kind === 'heard') return { kind: 'heard' };
  const { at, why } = event;
  switch (state.kind) {
    case 'heard':
      return { kind: 'silent', since: at, why, isOverdue: false };
    case 'unheard':
    case 'silent':
      if (state.isOverdue) return { kind: 'lost', why };
      return { ...state, why, isOverdue: limit !== undefined && at - state.since >= limit };
    case 'lost':
      return { kind: 'lost', why };
  }
};
