/** Where an API server is. PEM texts. */
export interface Server {
  readonly host: string;
  readonly port: number;
  /** Before every path; empty, or `/k8s/clusters/c-1`. */
  readonly prefix: string;
  /** Who vouches for it; undefined: whom the machine trusts. */
  readonly ca: string | undefined;
  /** The name in its certificate, where that is another than the host. */
  readonly serverName: string | undefined;
  /** Nobody vouches for it. */
  readonly isInsecure: boolean;
}

/** What a request is proved by. PEM texts. Never logged, never shown. */
export interface Credentials {
  readonly token?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** A way into a cluster. */
export interface Access {
  /** As it is now: the certificate of the authority may be another after a rotation. */
  server(): Server;
  /** Kept for as long as they hold. Rejects with a reason for people. */
  credentials(): Promise<Credentials>;
  /** The server did not take these, or was not recognised: they are read anew, unless they have been since. */
  renew(refused: Credentials): void;
  /** For people: what was tried. */
  readonly about: string;
  /** What it calls its own. */
  readonly namespace: string | undefined;
}

/** Throws for what is no https address. */
export const serverAt = (url: string, more: Pick<Server, 'ca' | 'serverName' | 'isInsecure'>): Server => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'https:') throw new Error(`the server of a cluster is https://…, not '${url}'`);
  return {
    ...more,
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: Number(parsed.port || 443),
    prefix: parsed.pathname.replace(/\/+$/, ''),
  };
};
