/**
 * Durable signed SubmitJob at 16 connections, beside a bare node:http server that parses the same JSON and answers as many
 * bytes, both under the same load generator: requests are signed before the run and sent as bytes over raw sockets.
 *
 *   npm run bench:submit -- [--requests 20000] [--warm 4000] [--rounds 5]
 *
 * The environment is DISABLED, so that the jobs wait. Beside each rate stands what share of a core the generator used: near
 * 1 it is the generator that is measured.
 */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { count } from '../test/support/flags.ts';
import { load, signedBytes, times } from './support/load.ts';
import { cpuMicroseconds } from './support/process.ts';
import { compare } from './support/rounds.ts';
import { setUp, startBenchServer } from './support/server.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    warm: { type: 'string', default: '4000' },
    rounds: { type: 'string', default: '5' },
  },
});
const CONNECTIONS = 16;
const PATH = '/v1/submitjob';
const requests = count('requests', values.requests);
const warm = count('warm', values.warm);
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

/** Requests a second after a warm-up, with the CPU time that each cost on either end printed. */
const measure = async (name: string, url: string, pid: number, bytes: Buffer): Promise<number> => {
  await load(url, CONNECTIONS, times(warm, bytes));
  const before = { server: cpuMicroseconds(pid), generator: process.cpuUsage(), at: performance.now() };
  const rate = await load(url, CONNECTIONS, times(requests, bytes));
  const own = process.cpuUsage(before.generator);
  const share = (own.user + own.system) / 1000 / (performance.now() - before.at);
  const cost = (cpuMicroseconds(pid) - before.server) / requests;
  console.error(`  ${name}: ${cost.toFixed(0)} us of CPU a request, generator ${share.toFixed(2)} of a core`);
  return rate;
};

const longshore = async (): Promise<number> => {
  const server = await startBenchServer();
  await setUp(server, ['/bin/true'], 'DISABLED');
  const bytes = await signedBytes(server.url, server.key, PATH, body);
  const rate = await measure('Longshore', server.url, server.process.pid!, bytes);
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
  const bytes = await signedBytes(url, { accessKeyId: 'a', secretAccessKey: 'b' }, PATH, body);
  const rate = await measure('bare node:http', url, child.pid!, bytes);
  child.kill();
  return rate;
};

await compare({
  ours: { name: 'Longshore', run: longshore },
  theirs: { name: 'bare node:http', run: bare },
  rounds: count('rounds', values.rounds),
  unit: 'requests/s',
  asked: { atLeast: 0.3 },
});
