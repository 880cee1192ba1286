/** What of the daemon's answers is looked at; of inspect: `outcome.ts`. */

export interface Listed {
  readonly Id: string;
  readonly State: string;
  /** Seconds since the epoch. */
  readonly Created: number;
  readonly Labels: Readonly<Record<string, string>>;
  readonly NetworkSettings?: {
    readonly Networks: Readonly<
      Record<string, { readonly NetworkID: string; readonly IPAddress: string }>
    > | null;
  };
}

export interface ListedNetwork {
  readonly Id: string;
  readonly Labels: Readonly<Record<string, string>>;
}

export interface DaemonEvent {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

/** What the daemon's host has, and the daemon's own version. */
export interface Machine {
  /** The daemon's own, which it keeps in its data folder. */
  readonly id: string;
  /** The machine's host name. */
  readonly name: string;
  readonly milliVcpus: number;
  readonly memoryMiB: number;
  readonly version: string;
}

/** A step of a pull; `error` is what went wrong in the midst of it. */
export interface PullStep {
  readonly status?: string;
  readonly error?: string;
}
