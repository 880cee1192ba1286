import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';

/** What a registry does to the n-th request for a manifest (from 1): its answer, or a status instead, or nothing ever. */
export type Mood = (n: number) => 'serve' | 'hang' | number;

export interface Registry {
  /** `127.0.0.1:PORT`: the daemon takes such without TLS. */
  readonly host: string;
  /** `Authorization` of each pull that was let in: its first look at the manifest. */
  readonly served: (string | undefined)[];
  mood: Mood;
}

/** A registry of one image, whatever its name, on the loopback. With `login`, for whoever has it. */
export const startRegistry = async (t: TestContext, login?: string): Promise<Registry> => {
  const blobs = imageBlobs();
  let asked = 0;
  const registry: { host: string; served: (string | undefined)[]; mood: Mood } = {
    host: '',
    served: [],
    mood: () => 'serve',
  };
  const server = createServer((request, response) => {
    if (login !== undefined && request.headers.authorization !== `Basic ${btoa(login)}`) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' });
      response.end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}');
      return;
    }
    if (!request.url!.includes('/manifests/')) return serve(blobs, request, response);
    if (request.url!.includes('/missing/')) return answer(response, 404, MISSING);
    const what = registry.mood(++asked);
    if (what === 'hang') return;
    if (what !== 'serve') return answer(response, what, BUSY);
    if (request.method === 'HEAD') registry.served.push(request.headers.authorization);
    serve(blobs, request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  registry.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return registry;
};

const BUSY = '{"errors":[{"code":"TOOMANYREQUESTS","message":"busy"}]}';
const MISSING = '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}';

const answer = (response: ServerResponse, status: number, body: string): void => {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(body);
};

interface Blobs {
  readonly manifest: Buffer;
  readonly all: ReadonlyMap<string, Buffer>;
}

const serve = ({ manifest, all }: Blobs, request: IncomingMessage, response: ServerResponse): void => {
  const url = request.url!;
  const blob = all.get(url.slice(url.lastIndexOf('/') + 1));
  const body = url.includes('/manifests/') ? manifest : url === '/v2/' ? Buffer.from('{}') : blob;
  if (!body) {
    answer(response, 404, MISSING);
    return;
  }
  response.writeHead(200, {
    'Content-Type': url.includes('/manifests/') ? MANIFEST_TYPE : 'application/octet-stream',
    'Content-Length': body.length,
    'Docker-Content-Digest': digest(body),
    'Docker-Distribution-Api-Version': 'registry/2.0',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
};

const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';
const digest = (body: Buffer): string => `sha256:${createHash('sha256').update(body).digest('hex')}`;

/** A manifest, a config and one layer: busybox. */
const imageBlobs = (): Blobs => {
  const layer = busyboxTar();
  const zipped = gzipSync(layer, { level: 1 });
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      // an image of a run's own: the daemon keeps layers that it knows
      config: { Env: ['PATH=/bin', `RUN=${process.pid}.${Math.random()}`] },
      rootfs: { type: 'layers', diff_ids: [digest(layer)] },
    }),
  );
  const part = (mediaType: string, body: Buffer) => ({ mediaType, size: body.length, digest: digest(body) });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: part('application/vnd.docker.container.image.v1+json', config),
      layers: [part('application/vnd.docker.image.rootfs.diff.tar.gzip', zipped)],
    }),
  );
  return { manifest, all: new Map([config, zipped].map((body) => [digest(body), body])) };
};

const busyboxTar = (): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-layer-'));
  try {
    mkdirSync(join(folder, 'bin'));
    cpSync('/bin/busybox', join(folder, 'bin/busybox'));
    for (const applet of ['sh', 'echo', 'true', 'sleep', 'cat'])
      symlinkSync('busybox', join(folder, 'bin', applet));
    return execFileSync('tar', ['-C', folder, '-c', '.'], { maxBuffer: 16 * 1_048_576 });
  } finally {
    rmSync(folder, { recursive: true });
  }
};
