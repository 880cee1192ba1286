/**
 * Durable signed SubmitJob at 16 connections, beside a bare node:http server that parses the same JSON and answers bytes of
 * the same length, both under the same load generator: requests are signed before the run, sent as bytes over raw
 * sockets. Rounds alternate; medians and the ratio are printed.
 *
 *   node bench/submit-rate.ts [--requests 8000] [--rounds 5]
 */
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { parseArgs } from 'node:util';
import { sign } from '../test/support/signed.ts';
import { median, setUp, startBenchServer } from './support/server.ts';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '8000' }, rounds: { type: 'string', default: '5' } },
});
const CONNECTIONS = 16;
const requests = Number(values.requests);
const body = JSON.stringify({ jobName: 'bench', jobQueue: 'q', jobDefinition: 'd' });

const BARE = `
import { createServer } from 'node:http';
const answer = JSON.stringify({ jobName: 'bench', jobId: '0'.repeat(36), jobArn: 'a'.repeat(86) });
const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString());
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': answer.length });
    response.end(answer);
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

/** Sends the bytes over and over on so many connections, one at a time on each; requests a second. */
const load = async (url: string, bytes: readonly Buffer[]): Promise<number> => {
  const { hostname, port } = new URL(url);
  let next = 0;
  const began = performance.now();
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      const go = () => (next < bytes.length ? socket.write(bytes[next++]!) : socket.end());
      socket.on('connect', go);
      socket.on('data', (chunk) => (chunk.includes(' 200 ') ? go() : reject(new Error(chunk.toString()))));
      socket.on('close', () => resolve());
      socket.on('error', reject);
    });
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  return requests / ((performance.now() - began) / 1000);
};

const bytesFor = async (
  url: string,
  key: { accessKeyId: string; secretAccessKey: string },
): Promise<Buffer[]> => {
  const { headers = {} } = await sign(url, key, {
    path: '/v1/submitjob',
    body,
    headers: { 'content-type': 'application/json' },
  });
  const lines = Object.entries({ ...headers, 'content-length': String(body.length) }).map(
    ([k, v]) => `${k}: ${v}`,
  );
  const one = Buffer.from(`POST /v1/submitjob HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
  return Array.from({ length: requests }, () => one);
};

const longshore = async (): Promise<number> => {
  const server = await startBenchServer();
  await setUp(server, ['/bin/true'], 'DISABLED');
  const rate = await load(server.url, await bytesFor(server.url, server.key));
  await server.stop();
  return rate;
};

const bare = async (): Promise<number> => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', BARE], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<string>((resolve) =>
    child.stdout.once('data', (text) => resolve(String(text).trim())),
  );
  const url = `http://127.0.0.1:${port}`;
  const rate = await load(url, await bytesFor(url, { accessKeyId: 'a', secretAccessKey: 'b' }));
  child.kill();
  return rate;
};

const ours: number[] = [];
const theirs: number[] = [];
for (let round = 1; round <= Number(values.rounds); round++) {
  ours.push(await longshore());
  theirs.push(await bare());
  console.log(
    `round ${round}: Longshore ${ours.at(-1)!.toFixed(0)}/s, bare node:http ${theirs.at(-1)!.toFixed(0)}/s`,
  );
}
console.log(
  `median: Longshore ${median(ours).toFixed(0)}/s, bare node:http ${median(theirs).toFixed(0)}/s, ` +
    `ratio ${(median(ours) / median(theirs)).toFixed(2)}`,
);
