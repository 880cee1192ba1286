/** What stands at an address of the web. */
export interface Page {
  readonly text: string;
  /** How long it may be kept, in seconds, where its server says so. */
  readonly maxAgeSeconds?: number;
}

/** The only way to other servers below `main`. */
export interface Web {
  /** Rejects where it does not answer with 200 in time, says too much, or sends elsewhere. */
  get(url: string): Promise<Page>;
}
