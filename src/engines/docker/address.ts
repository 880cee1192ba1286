import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a daemon answers: a socket of this machine, or a host and a port. */
export type Address =
  | { readonly kind: 'socket'; readonly path: string; readonly text: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly text: string;
      /** PEM; undefined: plain HTTP. */
      readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
    };

export const DEFAULT_ADDRESS = 'unix:///var/run/docker.sock';

/** What of the environment the docker command goes by too. */
export interface AddressSettings {
  /** `DOCKER_HOST`. */
  readonly host?: string;
  /** `DOCKER_TLS_VERIFY`, when it is not empty. */
  readonly tlsVerify?: boolean;
  /** `DOCKER_CERT_PATH`: ca.pem, and cert.pem and key.pem where the daemon asks for them. */
  readonly certPath?: string;
}

/** `unix://PATH`, or `tcp://HOST:PORT`; throws an Error with one line for people when it is neither. */
export const addressOf = (settings: AddressSettings): Address => {
  const text = settings.host || DEFAULT_ADDRESS;
  const path = /^unix:\/\/(\/.+)$/.exec(text)?.[1];
  if (path !== undefined) return { kind: 'socket', path, text };
  const [, host, port] = /^(?:tcp|https?):\/\/(\[[0-9a-f:]+\]|[^/:]+)(?::(\d+))?\/?$/.exec(text) ?? [];
  if (host === undefined) {
    throw new Error(`the Docker host takes unix://PATH or tcp://HOST:PORT, got '${text}'`);
  }
  const secure = settings.tlsVerify || text.startsWith('https:');
  const place = { kind: 'tcp', host: host.replace(/^\[|\]$/g, ''), text } as const;
  if (!secure) return { ...place, port: Number(port ?? 2375) };
  return { ...place, port: Number(port ?? 2376), tls: certificates(settings.certPath) };
};

/** As the docker command has it: without a certificate of the client's own the authority's is enough. */
const certificates = (folder: string | undefined): { ca?: Buffer; cert?: Buffer; key?: Buffer } => {
  if (!folder) return {};
  const read = (name: string): Buffer => {
    try {
      return readFileSync(join(folder, name));
    } catch (error) {
      throw new Error(`the certificates for the Docker daemon: ${(error as Error).message}`);
    }
  };
  const ca = read('ca.pem');
  if (!['cert.pem', 'key.pem'].some((name) => existsSync(join(folder, name)))) return { ca };
  return { ca, cert: read('cert.pem'), key: read('key.pem') };
};
